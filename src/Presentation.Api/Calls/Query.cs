using MeatLizard.Application;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>Reads query parameters; one that is misspelt, or given twice, is refused by name.</summary>
internal static class Query
{
    public static string? One(HttpContext http, string name) => http.Request.Query[name] switch
    {
        [] => null,
        [var only] => string.IsNullOrEmpty(only) ? null : only,
        _ => throw new RefusedException(Refusal.Invalid(name, "invalid_value", "This is given more than once.")),
    };

    public static bool Flag(HttpContext http, string name) => One(http, name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new RefusedException(Refusal.Invalid(name, "invalid_value", "This is true or false.")),
    };

    /// <summary>For every endpoint: only what it declares with <see cref="QueryParameter"/> may stand in its address.</summary>
    public static async ValueTask<object?> RefuseUnknown(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        RefuseUnknown(context.HttpContext);
        return await next(context);
    }

    public static void RefuseUnknown(HttpContext http)
    {
        if (!http.Request.QueryString.HasValue)
        {
            return;
        }

        var known = http.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryParameter>() ?? [];
        foreach (var (name, _) in http.Request.Query)
        {
            if (!known.Any(parameter => parameter.Name == name))
            {
                throw new RefusedException(Refusal.Invalid(name, "unknown_parameter", "There is no such parameter here."));
            }
        }
    }
}
