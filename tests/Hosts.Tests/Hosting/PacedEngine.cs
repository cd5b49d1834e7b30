using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using MeatLizard.Application.Inference;
using MeatLizard.Domain.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Primitives;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>
/// A model that says so many words a second, and remembers what it said when. The number in the question is its seed: two questions never
/// get the same answer. To a question that begins with "brief" it says one word.
/// </summary>
internal sealed class PacedEngine(int slots, int words, double perSecond) : IChatClient, IEngineCatalog
{
    private readonly ConcurrentDictionary<string, List<Said>> _said = new();
    private readonly ConcurrentDictionary<string, string> _texts = new();

    public IReadOnlyList<ModelDescriptor> Models { get; } = [new() { Name = "paced", ContextSize = 100_000, Slots = slots, SizeBytes = 1 }];

    public string? Problem => null;

    /// <summary>Of the answer to that question: how long the text was after each word, and when that was.</summary>
    public IReadOnlyList<Said> To(string question) => _said[question];

    /// <summary>How many words of it have been said; 0 before it was asked.</summary>
    public int WordsTo(string question) => _said.TryGetValue(question, out var said) ? said.Count : 0;

    /// <summary>The whole answer to that question; null while it has not been said to its end.</summary>
    public string? TextTo(string question) => _texts.GetValueOrDefault(question);

    public IChangeToken Watch() => new CancellationChangeToken(CancellationToken.None);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var question = messages.Last().Text;
        var said = _said[question] = [];
        var random = new Random(question.GetHashCode(StringComparison.Ordinal));
        var started = Stopwatch.GetTimestamp();
        var text = new StringBuilder();
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var i = 0; i < (question.StartsWith("brief", StringComparison.Ordinal) ? 1 : words); i++)
        {
            // By the clock and not by naps: what is late is caught up, as a model's pace is its own.
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < i / perSecond)
            {
                _ = await beat.WaitForNextTickAsync(cancellationToken);
            }

            var word = (i == 0 ? "" : " ") + random.Next(0x1000, 0xFFFF).ToString("x", null);
            text.Append(word);
            said.Add(new(text.Length, Stopwatch.GetTimestamp()));
            yield return new(ChatRole.Assistant, word);
        }

        _texts[question] = text.ToString();
        yield return new(ChatRole.Assistant, [new UsageContent(new() { InputTokenCount = 7, OutputTokenCount = words })])
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

    /// <param name="Length">Characters of the answer up to here.</param>
    /// <param name="At">A timestamp.</param>
    public readonly record struct Said(int Length, long At);
}
