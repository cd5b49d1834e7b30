using MeatLizard.Application;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

internal static class ChatCompletionEndpoints
{
    public static void MapChatCompletions(this IEndpointRouteBuilder api) =>
        api.MapPost("/chat/completions", Complete).RequireAuthorization(Access.Chat)
            .WithSummary("Ask a model, as OpenAI's clients do")
            .Produces<ChatCompletionContract>()
            .Produces(200, contentType: "text/event-stream")
            .WithMetadata(new CallSize())
            .AsksModel();

    private static async Task<IResult> Complete(
        Body<ChatCompletionRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var request = body.Value;
        var order = ChatOrder.From(request) with { Cache = CacheHeader.Read(http) };
        var outcome = await useCases.Send(new OpenStatelessCall(order), caller.Actor, cancellationToken);
        if (outcome.IsRefused(out var refusal, out var call))
        {
            return Answers.Refused(refusal);
        }

        RateLimitHeaders.Write(http, call.Limits);

        var id = $"chatcmpl-{call.Id.Value:N}";
        var created = call.CreatedAt.ToUnixTimeSeconds();
        return request.Stream == true
            ? new CallStreamAnswer(call, new ChatChunkWriter(id, created, request.Model, request.StreamOptions?.IncludeUsage == true))
            : new WholeAnswer(call, (answer, end) => Answers.Json(Render(id, created, answer, end), ApiJson.Wire.ChatCompletionContract));
    }

    private static ChatCompletionContract Render(string id, long created, GatheredAnswer answer, StatelessCompleted end)
    {
        var calls = answer.ToolCalls;
        var message = new ChatAnswer
        {
            Content = calls.Count > 0 && answer.Text.Length == 0 ? null : answer.Text,
            ReasoningContent = answer.Reasoning,
            ToolCalls = calls.Count == 0
                ? null
                : [.. calls.Select(call => new ChatToolCall(call.Id, "function", new(call.Name, call.Arguments)))],
        };
        return new(
            id,
            "chat.completion",
            created,
            end.Origin.Model ?? string.Empty,
            [new(0, message, Logprobs: null, ChatChunkWriter.FinishOf(end.Finish))],
            ChatUsage.From(end.Usage));
    }
}
