using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Application;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>A JSON body as a parameter of an endpoint. What is wrong with it is said by name.</summary>
internal readonly record struct Body<T>(T Value) : IEndpointParameterMetadataProvider
    where T : class
{
    public static async ValueTask<Body<T>> BindAsync(HttpContext http, ParameterInfo parameter)
    {
        var type = (JsonTypeInfo<T>)ApiJson.Wire.GetTypeInfo(typeof(T))!;
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            // A call that takes nothing may say nothing.
            return new(type.Properties.Count == 0
                ? type.CreateObject!()
                : throw new RefusedException(new(RefusalKind.Invalid, "body_missing", "This call needs a JSON object as its body.")));
        }

        if (!http.Request.HasJsonContentType())
        {
            throw new RefusedException(
                new(RefusalKind.Invalid, "unsupported_media_type", "Send application/json."), StatusCodes.Status415UnsupportedMediaType);
        }

        return new(await StrictJson.Read(http.Request.BodyReader, type, http.RequestAborted));
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        var hasFields = ((JsonTypeInfo<T>)ApiJson.Wire.GetTypeInfo(typeof(T))!).Properties.Count > 0;
        builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T), isOptional: !hasFields));
    }
}
