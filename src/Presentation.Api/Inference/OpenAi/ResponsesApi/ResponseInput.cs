using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;

/// <summary>Reads the input of /v1/responses: a text, or items that make a conversation.</summary>
internal sealed class ResponseInput
{
    private readonly List<PromptMessage> _prompt = [];
    private readonly ImageInput _images = new();

    /// <summary>What an assistant's turn has so far: it comes as several items.</summary>
    private readonly List<MessagePart> _answer = [];

    public static IReadOnlyList<PromptMessage> Read(JsonElement input)
    {
        var reader = new ResponseInput();
        switch (input.ValueKind)
        {
            case JsonValueKind.String:
                GivenJson.CheckText(input, "input");
                reader._prompt.Add(new(MessageRole.User, [new TextPart(input.GetString()!)]));
                break;
            case JsonValueKind.Array when input.GetArrayLength() > 0:
                var index = 0;
                foreach (var item in input.EnumerateArray())
                {
                    var at = $"input[{index++}]";
                    reader.Item(GivenJson.Object(item, at), at);
                }

                reader.EndAnswer();
                break;
            default:
                throw Unsupported.Wrong("input", "This is a text, or a list of items.");
        }

        return reader._prompt;
    }

    private void Item(JsonElement item, string at)
    {
        switch (GivenJson.Text(item, "type", at) ?? "message")
        {
            case "message":
                Message(GivenJson.Only(item, at, "type", "id", "status", "role", "content", "phase"), at);
                break;
            case "reasoning":
                GivenJson.Only(item, at, "type", "id", "status", "summary", "content", "encrypted_content");
                Unsupported.Refuse(($"{at}.encrypted_content", GivenJson.Member(item, "encrypted_content")));
                if (GivenJson.Member(item, "content") is { } thought && Joined(thought, $"{at}.content", "reasoning_text") is { Length: > 0 } text)
                {
                    EndAnswer();
                    _answer.Add(new ReasoningPart(text));
                }

                break;
            case "function_call":
                GivenJson.Only(item, at, "type", "id", "status", "call_id", "name", "arguments");
                _answer.Add(new ToolCallPart(Needed(item, "call_id", at), Needed(item, "name", at), Needed(item, "arguments", at)));
                break;
            case "function_call_output":
                GivenJson.Only(item, at, "type", "id", "status", "call_id", "output");
                EndAnswer();
                var output = GivenJson.Member(item, "output") ?? throw Unsupported.Wrong($"{at}.output", "This is needed.");
                _prompt.Add(new(MessageRole.Tool, [new ToolResultPart(Needed(item, "call_id", at), Joined(output, $"{at}.output", "input_text"))]));
                break;
            case "item_reference":
                throw Unsupported.Value(
                    $"{at}.type",
                    "An item is not found by its id here: send the item itself, or go on from a stored response with previous_response_id. A client that refers to items by itself is told store: false.");
            default:
                throw Unsupported.Value($"{at}.type", "Items of type message, reasoning, function_call and function_call_output are taken.");
        }
    }

    private void Message(JsonElement message, string at)
    {
        var role = GivenJson.Text(message, "role", at);
        var content = GivenJson.Member(message, "content") ?? throw Unsupported.Wrong($"{at}.content", "This is needed.");
        var said = role == "user"
            ? ContentInput.Read(content, $"{at}.content", "input_text", "input_image", _images.ReadText, "annotations", "logprobs")
            : [new TextPart(Joined(content, $"{at}.content", role == "assistant" ? "output_text" : "input_text"))];
        if (role == "assistant")
        {
            if (_answer.Any(part => part is TextPart or ToolCallPart))
            {
                EndAnswer();
            }

            _answer.AddRange(said);
            return;
        }

        EndAnswer();
        _prompt.Add(new(
            role switch
            {
                "user" => MessageRole.User,
                "system" or "developer" => MessageRole.System,
                _ => throw Unsupported.Value($"{at}.role", "A role is system, developer, user or assistant."),
            },
            said));
    }

    private void EndAnswer()
    {
        if (_answer.Count > 0)
        {
            _prompt.Add(new(MessageRole.Assistant, [.. _answer]));
            _answer.Clear();
        }
    }

    private static string Needed(JsonElement item, string name, string at) =>
        GivenJson.Text(item, name, at) ?? throw Unsupported.Wrong($"{at}.{name}", "This is needed.");

    private static string Joined(JsonElement content, string at, string type) =>
        ContentInput.ReadText(content, at, type, "annotations", "logprobs");
}
