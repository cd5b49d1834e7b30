using System.Text.Json;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>What a caller of /v1/responses sees of one: what was asked for, and what has come of it.</summary>
internal sealed class ResponseView(StatelessAnswer call, ResponseRequest request)
{
    private static readonly JsonElement NoTools = Json("[]");
    private static readonly JsonElement Auto = Json("\"auto\"");
    private static readonly JsonElement AnyText = Json("""{"type":"text"}""");

    private readonly string _name = call.Id.Value.ToString("N");
    private string _model = request.Model;

    /// <summary>Who has been asked, perhaps for another model than the one that was named.</summary>
    public void By(Origin origin) => _model = origin.Model ?? _model;

    public ResponseContract InProgress(IReadOnlyList<ResponseItem> output) => Make("in_progress", output);

    public ResponseContract Ended(IReadOnlyList<ResponseItem> output, StatelessCompleted end) =>
        Make(end.Finish == FinishReason.Length ? "incomplete" : "completed", output) with
        {
            IncompleteDetails = end.Finish == FinishReason.Length ? new("max_output_tokens") : null,
            Model = end.Origin.Model ?? request.Model,
            Usage = ResponseUsage.From(end.Usage),
        };

    public ResponseContract Failed(IReadOnlyList<ResponseItem> output, MessageError error)
    {
        var said = OpenAiErrors.From(error);
        return Make("failed", output) with { Error = new(said.Code ?? "server_error", said.Message) };
    }

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

    /// <summary>The output of an answer that came in one piece.</summary>
    public IReadOnlyList<ResponseItem> Output(GatheredAnswer answer, StatelessCompleted end)
    {
        List<ResponseItem> output = [];
        var calls = answer.ToolCalls;
        if (answer.Reasoning is { } thought)
        {
            output.Add(Reasoning(output.Count, thought, "completed"));
        }

        if (answer.Text.Length > 0 || calls.Count == 0)
        {
            output.Add(Message(output.Count, answer.Text, end.Finish == FinishReason.Length && calls.Count == 0 ? "incomplete" : "completed"));
        }

        foreach (var called in calls)
        {
            output.Add(Call(output.Count, called, called.Arguments, "completed"));
        }

        return output;
    }

    private ResponseContract Make(string status, IReadOnlyList<ResponseItem> output) => new()
    {
        Id = $"resp_{_name}",
        CreatedAt = call.CreatedAt.ToUnixTimeSeconds(),
        Status = status,
        Instructions = request.Instructions,
        MaxOutputTokens = request.MaxOutputTokens,
        Model = _model,
        Output = output,
        ParallelToolCalls = request.ParallelToolCalls ?? true,
        Temperature = request.Temperature,
        Text = new(request.Text?.Format ?? AnyText),
        ToolChoice = request.ToolChoice ?? Auto,
        Tools = request.Tools ?? NoTools,
        TopP = request.TopP,
        User = request.User,
        Metadata = request.Metadata ?? new Dictionary<string, string>(),
    };

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
