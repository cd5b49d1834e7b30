using System.Runtime.CompilerServices;
using MeatLizard.Application.Inference;
using MeatLizard.Domain.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Primitives;

namespace MeatLizard.Bench;

/// <summary>An engine that costs nothing: it says one word, at once.</summary>
internal sealed class OneWord : IChatClient, IEngineCatalog
{
    public const string Model = "one-word";

    public IReadOnlyList<ModelDescriptor> Models { get; } = [new() { Name = Model, ContextSize = 8192, Slots = 4, SizeBytes = 1 }];

    public string? Problem => null;

    public IChangeToken Watch() => new CancellationChangeToken(CancellationToken.None);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        yield return new(ChatRole.Assistant, "Insects.");
        yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 7, OutputTokenCount = 1 })])
        {
            FinishReason = ChatFinishReason.Stop,
        };
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
