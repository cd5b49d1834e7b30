using System.Text.Json;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>What a caller of /v1/responses sees of one: what was asked for, and what has come of it.</summary>
internal sealed class ResponseView(Guid id, DateTimeOffset createdAt, ResponseGiven given)
{
    private static readonly JsonElement NoTools = Json("[]");
    private static readonly JsonElement Auto = Json("\"auto\"");
    private static readonly JsonElement AnyText = Json("""{"type":"text"}""");

    private readonly string _name = id.ToString("N");
    private string _model = given.Model;

    /// <summary>Whether it goes on without its caller.</summary>
    public bool IsBackground => given.Background;

    /// <summary>Who has been asked, perhaps for another model than the one that was named.</summary>
    public void By(Origin origin) => _model = origin.Model ?? _model;

    public ResponseContract Queued() => Make("queued", []);

    public ResponseContract InProgress(IReadOnlyList<ResponseItem> output) => Make("in_progress", output);

    public ResponseContract Ended(IReadOnlyList<ResponseItem> output, StatelessCompleted end) =>
        Make(end.Finish == FinishReason.Length ? "incomplete" : "completed", output) with
        {
            IncompleteDetails = end.Finish == FinishReason.Length ? new("max_output_tokens") : null,
            Model = end.Origin.Model ?? given.Model,
            Usage = ResponseUsage.From(end.Usage),
        };

    public ResponseContract Failed(IReadOnlyList<ResponseItem> output, MessageError error)
    {
        var said = OpenAiErrors.From(error);
        return Make("failed", output) with { Error = new(said.Code ?? "server_error", said.Message) };
    }

    /// <summary>As far as it had come when it was stopped.</summary>
    public ResponseContract Cancelled(IReadOnlyList<ResponseItem> output) => Make("cancelled", output);

    /// <param name="index">Of the item in the output.</param>
    public ResponseItem Message(int index, string? text, string status) => new()
    {
        Id = $"msg_{_name}{index}",
        Type = "message",
        Status = status,
        Role = "assistant",
        Content = text is null ? [] : [Said(text)],
    };

    public ResponseItem Reasoning(int index, string? text, string status) => new()
    {
        Id = $"rs_{_name}{index}",
        Type = "reasoning",
        Status = status,
        Summary = [],
        Content = text is null ? [] : [Thought(text)],
    };

    /// <param name="arguments">Empty as long as they are to come.</param>
    public ResponseItem Call(int index, CalledTool called, string arguments, string status) => new()
    {
        Id = $"fc_{_name}{index}",
        Type = "function_call",
        Status = status,
        CallId = called.Id,
        Name = called.Name,
        Arguments = arguments,
    };

    public static ResponsePart Said(string text) => new() { Type = "output_text", Text = text, Annotations = [], Logprobs = [] };

    public static ResponsePart Thought(string text) => new() { Type = "reasoning_text", Text = text };

    /// <summary>The output of an answer that came in one piece. What a limit has cut off is the last of it, whatever that is.</summary>
    public IReadOnlyList<ResponseItem> Output(GatheredAnswer answer, StatelessCompleted end)
    {
        var calls = answer.ToolCalls;
        var speaks = answer.Text.Length > 0 || (calls.Count == 0 && answer.Reasoning is null);
        var last = (answer.Reasoning is null ? 0 : 1) + (speaks ? 1 : 0) + calls.Count - 1;
        List<ResponseItem> output = [];
        string Status() => end.Finish == FinishReason.Length && output.Count == last ? "incomplete" : "completed";
        if (answer.Reasoning is { } thought)
        {
            output.Add(Reasoning(output.Count, thought, Status()));
        }

        if (speaks)
        {
            output.Add(Message(output.Count, answer.Text, Status()));
        }

        foreach (var called in calls)
        {
            output.Add(Call(output.Count, called, called.Arguments, Status()));
        }

        return output;
    }

    private ResponseContract Make(string status, IReadOnlyList<ResponseItem> output) => new()
    {
        Id = ResponseNames.Of(new(id)),
        CreatedAt = createdAt.ToUnixTimeSeconds(),
        Status = status,
        Background = given.Background,
        Store = given.Store,
        PreviousResponseId = given.PreviousResponseId,
        Instructions = given.Instructions,
        MaxOutputTokens = given.MaxOutputTokens,
        Model = _model,
        Output = output,
        ParallelToolCalls = given.ParallelToolCalls ?? true,
        Temperature = given.Temperature,
        Text = new(given.TextFormat ?? AnyText),
        ToolChoice = given.ToolChoice ?? Auto,
        Tools = given.Tools ?? NoTools,
        TopP = given.TopP,
        User = given.User,
        Metadata = given.Metadata ?? new Dictionary<string, string>(),
    };

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
