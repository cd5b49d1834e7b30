using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>A stored response as its owner sees it; at its end the same, id by id, as the last of its events has it.</summary>
internal static class StoredResponseView
{
    public static ResponseView Of(StoredResponse response) =>
        new(response.Id.Value, response.CreatedAt, ResponseGiven.Read(response.Given));

    public static ResponseContract Now(ResponseReading reading)
    {
        var view = Of(reading.Response);
        if (reading.Request.Target is { } target)
        {
            view.By(target.Origin);
        }

        return reading.Answer switch
        {
            null => reading.Request.Status == Domain.Relay.RequestStatus.Queued ? view.Queued() : view.InProgress([]),
            { Status: MessageStatus.Cancelled } answer => view.Cancelled(Output(view, answer)),
            { Error: { } error } answer => view.Failed(Output(view, answer), error),
            var answer => view.Ended(Output(view, answer), End(answer)),
        };
    }

    /// <summary>How an answer has ended that has come to its end.</summary>
    public static StatelessCompleted End(Message answer) => new(
        answer.Status == MessageStatus.Partial ? FinishReason.Length : FinishReason.Stop,
        answer.Usage ?? new TokenUsage(0, 0),
        answer.Origin ?? new Origin(OriginKind.Worker, string.Empty, null));

    private static List<ResponseItem> Output(ResponseView view, Message answer)
    {
        List<ResponseItem> output = [];
        foreach (var part in answer.Parts)
        {
            var index = output.Count;
            var status = index < answer.Parts.Count - 1 || answer.Status == MessageStatus.Complete ? "completed" : "incomplete";
            output.Add(part switch
            {
                ReasoningPart thought => view.Reasoning(index, thought.Text, status),
                ToolCallPart call => view.Call(index, new(call.CallId, call.Name, call.Arguments), call.Arguments, status),
                TextPart text => view.Message(index, text.Text, status),
                _ => view.Message(index, string.Empty, status),
            });
        }

        if (output.Count == 0 && answer.Status is MessageStatus.Complete or MessageStatus.Partial)
        {
            output.Add(view.Message(0, string.Empty, answer.Status == MessageStatus.Partial ? "incomplete" : "completed"));
        }

        return output;
    }
}
