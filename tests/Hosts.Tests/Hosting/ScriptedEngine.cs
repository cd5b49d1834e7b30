using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MeatLizard.Application.Inference;
using MeatLizard.Domain.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Primitives;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>
/// An engine that says back what it was told, word by word. A text that begins with "hold" stops after its first word until
/// <see cref="Release"/>; one that begins with "cut" ends at the length limit; "think" thinks first; "break" breaks before any text; "call" asks for the
/// tool that is its second word. What a tool has returned it says back as well.
/// </summary>
internal sealed class ScriptedEngine : IChatClient, IEngineCatalog
{
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _asked;

    private volatile ChatMessage[] _heard = [];

    /// <summary>Every prompt that it was given, in order: by message the role, and its parts in words.</summary>
    public ConcurrentQueue<string> Prompts { get; } = new();

    public IReadOnlyList<ModelDescriptor> Models { get; init; } = [new() { Name = "echo", ContextSize = 100_000, Slots = 8, SizeBytes = 1 }];

    public string? Problem => null;

    /// <summary>How many answers are being written now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>How many answers were ever begun.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>What it was told last.</summary>
    public IReadOnlyList<ChatMessage> Heard => _heard;

    /// <summary>Every answer breaks before any text.</summary>
    public bool IsBroken { get; set; }

    public void Hold() => _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _released.TrySetResult();

    public IChangeToken Watch() => new CancellationChangeToken(CancellationToken.None);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _heard = [.. messages];
        var said = _heard[^1].Contents.OfType<FunctionResultContent>().LastOrDefault()?.Result?.ToString() ?? _heard[^1].Text;
        Prompts.Enqueue(string.Join('\n', _heard.Select(message => $"{message.Role}: {string.Join(" | ", message.Contents.Select(Words))}")));
        Interlocked.Increment(ref _running);
        Interlocked.Increment(ref _asked);
        try
        {
            if (said.StartsWith("think", StringComparison.Ordinal))
            {
                yield return new(ChatRole.Assistant, [new TextReasoningContent("Let me see.")]);
            }

            if (IsBroken || said.StartsWith("break", StringComparison.Ordinal))
            {
                throw new EngineException(EngineException.Crashed, "The engine broke.", retryable: true);
            }

            var words = said.Split(' ');
            if (words[0] == "call")
            {
                yield return new(ChatRole.Assistant, [new FunctionCallContent("call_1", words[1], new Dictionary<string, object?> { ["q"] = "a lizard" })]);
                yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 7, OutputTokenCount = 2 })]) { FinishReason = ChatFinishReason.ToolCalls };
                yield break;
            }

            for (var i = 0; i < words.Length; i++)
            {
                yield return new(ChatRole.Assistant, i == 0 ? words[i] : " " + words[i]);
                if (i == 0 && said.StartsWith("hold", StringComparison.Ordinal))
                {
                    await _released.Task.WaitAsync(cancellationToken);
                }
            }

            yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 7, OutputTokenCount = words.Length })])
            {
                FinishReason = said.StartsWith("cut", StringComparison.Ordinal) ? ChatFinishReason.Length : ChatFinishReason.Stop,
            };
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private static string Words(AIContent content) => content switch
    {
        TextReasoningContent thought => $"(thinks) {thought.Text}",
        FunctionCallContent call => $"(calls) {call.CallId} {call.Name} {string.Join(' ', call.Arguments?.Select(argument => $"{argument.Key}={argument.Value}") ?? [])}",
        FunctionResultContent result => $"(returns) {result.CallId} {result.Result}",
        _ => $"{content}",
    };
}
