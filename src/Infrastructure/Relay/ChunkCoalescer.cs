using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>
/// Turns what an engine generates into the chunks of one attempt: what comes after a pause leaves at once, what comes faster than the
/// window is gathered. A part of the answer has one kind, a tool call is a part of its own, and no chunk ends within a surrogate pair. For
/// one caller at a time.
/// </summary>
internal sealed class ChunkCoalescer(RequestId requestId, int attempt, CoalescingOptions options, TimeProvider time,
    Func<TimeSpan>? dueIn = null) : IDisposable
{
    private readonly StringBuilder pending = new();
    private readonly List<string> endedParts = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly int maxCharacters = Math.Max(2, options.MaxCharacters);
    private ChunkKind kind;
    private int part = -1;
    private long lastSent;

    /// <summary>Chunks handed out so far; the next one's sequence.</summary>
    public int Chunks { get; private set; }

    /// <summary>How long what is gathered may still wait; null when nothing waits.</summary>
    public TimeSpan? DueIn
    {
        get
        {
            if (pending.Length == 0 || (pending.Length == 1 && char.IsHighSurrogate(pending[0]))) return null;
            if (Chunks == 0) return TimeSpan.Zero;

            var left = options.Window - time.GetElapsedTime(lastSent);
            if (dueIn?.Invoke() is { } carried && carried > left) left = carried;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>SHA-256 of what was handed out, by part, as <see cref="Done"/> carries it. Flush first.</summary>
    public IReadOnlyList<string> PartHashes() => part < 0 ? [] : [.. endedParts, Convert.ToHexStringLower(hash.GetCurrentHash())];

    /// <summary>Takes what was generated and hands out what is due.</summary>
    /// <param name="more">More has been generated already: it leaves together with this, unless that has waited for a window and another.</param>
    public IReadOnlyList<Chunk> Add(ChunkKind kind, string text, bool more = false)
    {
        if (text.Length == 0) return [];

        List<Chunk>? due = null;
        if (part < 0 || kind != this.kind || kind == ChunkKind.ToolCall)
        {
            Take(everything: true, final: true, ref due);
            if (part >= 0) endedParts.Add(Convert.ToHexStringLower(hash.GetHashAndReset()));
            part++;
            this.kind = kind;
        }

        // A model may say NUL, and no database keeps it.
        pending.Append(text.Replace('\0', '\uFFFD'));
        var waits = more && Chunks > 0 && time.GetElapsedTime(lastSent) < options.Window * 2;
        Take(everything: !waits && DueIn == TimeSpan.Zero, final: false, ref due);
        return due ?? [];
    }

    /// <summary>Hands out what has waited long enough.</summary>
    public IReadOnlyList<Chunk> TakeDue()
    {
        List<Chunk>? due = null;
        Take(everything: DueIn == TimeSpan.Zero, final: false, ref due);
        return due ?? [];
    }

    /// <summary>Hands out all there is, at the answer's end.</summary>
    public IReadOnlyList<Chunk> Flush()
    {
        List<Chunk>? rest = null;
        Take(everything: true, final: true, ref rest);
        return rest ?? [];
    }

    /// <summary>
    /// The chunks of a whole answer, in time. When the source breaks or is cancelled, what it gave before is handed out first.
    /// </summary>
    public async IAsyncEnumerable<Chunk> Coalesce(
        IAsyncEnumerable<GeneratedText> source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var updates = source.GetAsyncEnumerator(stop.Token);
        Task<bool>? advance = null;
        ExceptionDispatchInfo? broken = null;
        try
        {
            advance = Advance(updates);
            while (true)
            {
                while (!advance.IsCompleted && DueIn is { } wait)
                {
                    if (wait > TimeSpan.Zero) await FirstOf(advance, wait).ConfigureAwait(false);
                    foreach (var chunk in TakeDue()) yield return chunk;
                }

                try
                {
                    if (!await advance.ConfigureAwait(false)) break;
                }
                catch (Exception e)
                {
                    broken = ExceptionDispatchInfo.Capture(e);
                    break;
                }

                // The next is asked for first, for what is there at once need not be a chunk of its own; but the first text waits for nothing.
                var (kind, text) = updates.Current;
                if (Chunks == 0)
                {
                    foreach (var chunk in Add(kind, text)) yield return chunk;
                    advance = Advance(updates);
                }
                else
                {
                    advance = Advance(updates);
                    foreach (var chunk in Add(kind, text, more: advance.IsCompletedSuccessfully)) yield return chunk;
                }
            }

            foreach (var chunk in Flush()) yield return chunk;

            broken?.Throw();
        }
        finally
        {
            // A reader that leaves early finds the source still at work, and a source at work can't be disposed of.
            await stop.CancelAsync().ConfigureAwait(false);
            if (advance is not null) await ((Task)advance).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await updates.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => hash.Dispose();

    private static async Task<bool> Advance(IAsyncEnumerator<GeneratedText> updates) => await updates.MoveNextAsync().ConfigureAwait(false);

    private async Task FirstOf(Task advance, TimeSpan wait)
    {
        using var stop = new CancellationTokenSource();
        await Task.WhenAny(advance, Task.Delay(wait, time, stop.Token)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
    }

    private void Take(bool everything, bool final, ref List<Chunk>? chunks)
    {
        while (pending.Length >= maxCharacters || (everything && pending.Length > 0))
        {
            var length = Math.Min(pending.Length, maxCharacters);

            // The other half is in the next chunk, or still to be generated.
            if (char.IsHighSurrogate(pending[length - 1]) && !(final && length == pending.Length)) length--;
            if (length == 0) return;

            var text = pending.ToString(0, length);
            pending.Remove(0, length);
            (chunks ??= []).Add(new Chunk(requestId, attempt, Chunks++, part, kind, Hashed(text)));
            lastSent = time.GetTimestamp();
        }
    }

    private string Hashed(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(bytes);

        // Half a pair that an engine left alone becomes U+FFFD here, as it would on the way.
        return text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Encoding.UTF8.GetString(bytes) : text;
    }
}
