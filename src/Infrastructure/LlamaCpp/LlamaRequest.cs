using System.Buffers;
using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>Writes the body of llama-server's /v1/chat/completions.</summary>
internal static class LlamaRequest
{
    /// <summary>Characters that make less than the 2,048 tokens which llama-server reads at a time, whatever the language.</summary>
    private const int OneBatch = 500;

    public static ReadOnlyMemory<byte> Body(IReadOnlyCollection<ChatMessage> messages, ChatOptions? options, string model, int slot)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteBoolean("stream", true);
            json.WriteStartObject("stream_options");
            json.WriteBoolean("include_usage", true);
            json.WriteEndObject();
            json.WriteBoolean("cache_prompt", true);
            // Progress comes with every batch: of a prompt that is one batch it tells nothing, and each word that is said while the first
            // token is made takes a processor from those who make it.
            if (messages.Sum(message => message.Text.Length) > OneBatch || messages.Any(CompletionBody.HasImage))
                json.WriteBoolean("return_progress", true);
            json.WriteNumber("id_slot", slot);
            CompletionBody.Sampling(json, options, "max_tokens");
            if (options?.TopK is { } topK)
                json.WriteNumber("top_k", topK);
            CompletionBody.Format(json, options);
            CompletionBody.Tools(json, Tools(options), options, byName: false);
            CompletionBody.Messages(json, messages, options, withThoughts: true);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    public static string? Session(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(EngineTags.Session, out var value) == true ? value as string : null;

    /// <summary>llama-server can be told to call some tool, and not which; so it is shown that one alone.</summary>
    private static AIFunctionDeclaration[] Tools(ChatOptions? options) =>
    [
        .. options?.Tools?.OfType<AIFunctionDeclaration>()
            .Where(tool => options.ToolMode is not RequiredChatToolMode { RequiredFunctionName: { } name } || tool.Name == name) ?? [],
    ];
}
