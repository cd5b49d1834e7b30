using MeatLizard.Application;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

internal static class ResponseEndpoints
{
    public static void MapResponses(this IEndpointRouteBuilder api) =>
        api.MapPost("/responses", Respond).RequireAuthorization(Access.Chat)
            .WithSummary("Ask a model, as OpenAI's newer clients do")
            .Produces<ResponseContract>()
            .Produces(200, contentType: "text/event-stream")
            .AsksModel();

    private static async Task<IResult> Respond(
        Body<ResponseRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var request = body.Value;
        var order = ResponseOrder.From(request) with { Cache = CacheHeader.Read(http) };
        var outcome = await useCases.Send(new OpenStatelessCall(order), caller.Actor, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var call))
        {
            return Answers.Refused(refusal);
        }

        RateLimitHeaders.Write(http, call.Limits);

        var view = new ResponseView(call, request);
        return request.Stream == true
            ? new CallStreamAnswer(call, new ResponseEventWriter(view))
            : new WholeAnswer(call, (answer, end) => Answers.Json(view.Ended(view.Output(answer, end), end), ApiJson.Wire.ResponseContract));
    }
}
