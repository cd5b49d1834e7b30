using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>llama-server as IChatClient: its own stream, read event by event.</summary>
internal sealed class LlamaChatClient(LlamaEngine engine, IOptions<LlamaOptions> options) : IChatClient
{
    private const int Answered = 200;
    private const int LongestEvent = 4 * 1024 * 1024;
    private const int LongestRefusal = 64 * 1024;

    // Prompt progress comes once a batch, and on a slow machine a batch takes longer than a token ever may.
    internal const int PromptPatience = 4;

    private static readonly TimeSpan LoadingSign = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExitShows = TimeSpan.FromMilliseconds(500);

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            if (!update.Contents.Any(x => x is ProgressContent))
                updates.Add(update);
        }
        return updates.ToChatResponse();
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var taking = engine.TakeAsync(options?.ModelId, LlamaRequest.Session(options), cancellationToken);
        // Loading may take minutes; a sign of life now and then keeps whoever waits from giving up.
        while (!taking.IsCompleted)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new ProgressContent(ProgressContent.Loading, 0)]);
            await Task.WhenAny(taking, Task.Delay(LoadingSign, CancellationToken.None)).ConfigureAwait(false);
        }
        using var lease = await taking.ConfigureAwait(false);
        if (lease.Server.Model.Embeds)
            throw LlamaFaults.CannotChat(lease.Server.Model.Name);
        ChatMessage[] asked = [.. messages];
        if (lease.Server.Model.Projector is null && asked.Any(CompletionBody.HasImage))
            throw LlamaFaults.CannotSee(lease.Server.Model.Name);
        await foreach (var update in AnswerAsync(lease, asked, options, cancellationToken).ConfigureAwait(false))
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>The engine belongs to the container.</summary>
    public void Dispose()
    {
    }

    private async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync(
        EngineLease lease, ChatMessage[] messages, ChatOptions? chat,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var server = lease.Server;
        var patience = options.Value.TokenSilence;
        var answer = new LlamaAnswer(server.Model.Name, server.ContextSize);
        // Fires on silence too. However the enumeration ends, the connection ends with it: that is what frees the slot.
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(patience * PromptPatience);
        server.Heard();

        var question = LlamaRequest.Body(messages, chat, server.Model.Name, lease.Slot);
        using var reply = await GuardAsync(AskAsync(server, question, cut.Token), server, cut, cancellationToken).ConfigureAwait(false);
        using var paced = new PacedStream(reply.Body, TimeProvider.System, () => Step(server.Slots), reply.WakeAt);
        using var stream = new BoundedEvents(paced, LongestEvent);
        var events = SseParser.Create(stream, Parse).EnumerateAsync(cut.Token).GetAsyncEnumerator(CancellationToken.None);
        await using var _ = events.ConfigureAwait(false);

        while (await GuardAsync(events.MoveNextAsync().AsTask(), server, cut, cancellationToken).ConfigureAwait(false))
        {
            server.Heard();
            if (events.Current.Data is not { } chunk)
                break;
            var update = Read(answer, chunk, server);
            cut.CancelAfter(answer.Began ? patience : patience * PromptPatience);
            paced.Rests = LlamaConnection.MayWait && answer.Began;
            if (update is not null)
                yield return update;
        }
        yield return answer.End() ?? throw await GoneAsync(server, null).ConfigureAwait(false);
    }

    private static async Task<LlamaReply> AskAsync(LlamaServer server, ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        var reply = await server.Line.AskAsync("/v1/chat/completions", question, cancellationToken).ConfigureAwait(false);
        if (reply.Status == Answered)
            return reply;
        using (reply)
        {
            var chunk = reply.Length is > 0 and < LongestRefusal
                ? await JsonSerializer.DeserializeAsync(reply.Body, LlamaJson.Default.LlamaChunk, cancellationToken).ConfigureAwait(false)
                : null;
            throw LlamaAnswer.Refusal(server.Model.Name, server.ContextSize, reply.Status, chunk?.Error);
        }
    }

    /// <summary>
    /// 60 ms for one answer and 20 more for every other that is being made: what each looking costs, llama-server's threads pay together.
    /// </summary>
    private static TimeSpan Step(SlotTable slots) => TimeSpan.FromMilliseconds(40 + (20 * Math.Clamp(slots.Count - slots.Free, 1, 8)));

    private static LlamaChunk? Parse(string eventType, ReadOnlySpan<byte> data) =>
        data.SequenceEqual("[DONE]"u8) ? null : JsonSerializer.Deserialize(data, LlamaJson.Default.LlamaChunk);

    private static ChatResponseUpdate? Read(LlamaAnswer answer, LlamaChunk chunk, LlamaServer server)
    {
        try
        {
            return answer.Read(chunk);
        }
        catch (EngineException wrong) when (wrong.Code == EngineException.Garbage)
        {
            server.Kill();
            throw;
        }
    }

    /// <summary>Waits, and says what a failure means.</summary>
    private async Task<T> GuardAsync<T>(Task<T> step, LlamaServer server, CancellationTokenSource cut, CancellationToken cancellationToken)
    {
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever else it met: whoever leaves is no reason to end a process that answers others.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            // While others get their tokens it is only this one that hangs, and giving its slot back is enough.
            if (server.SilentFor >= options.Value.TokenSilence * 0.9)
                server.Kill();
            throw LlamaFaults.Silent(server.Model.Name, options.Value.TokenSilence);
        }
        catch (Exception wrong) when (wrong is HttpRequestException or IOException)
        {
            throw await GoneAsync(server, wrong).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidDataException or InvalidOperationException or NotSupportedException)
        {
            server.Kill();
            throw LlamaFaults.Garbage(server.Model.Name, "sent something that is no answer, and was stopped", wrong);
        }
    }

    /// <summary>The connection broke: mostly because the process did.</summary>
    private static async Task<EngineException> GoneAsync(LlamaServer server, Exception? cause)
    {
        try
        {
            var code = await server.Exited.WaitAsync(ExitShows).ConfigureAwait(false);
            return LlamaFaults.Crashed(server.Model.Name, code, server.LastLines);
        }
        catch (TimeoutException)
        {
            server.Kill();
            return LlamaFaults.Garbage(server.Model.Name, "broke its answer off in the middle, and was stopped", cause);
        }
    }
}
