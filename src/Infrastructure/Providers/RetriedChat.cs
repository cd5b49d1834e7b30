using System.Runtime.CompilerServices;
using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>
/// One attempt's way to a provider: as long as nothing has been said, what may be over in a moment is tried three times in all, after the pause
/// that the provider asks for, or after growing ones. It is not waited for longer than its own patience, nor than the request has time.
/// </summary>
/// <param name="inner">Tries once, and throws <see cref="ProviderFaultException"/>.</param>
/// <param name="deadline">When the answer must be whole.</param>
/// <param name="isWriting">Called every few seconds while something is written that is said when it is whole.</param>
internal sealed class RetriedChat(
    IChatClient inner, ProviderCircuit circuit, TimeSpan patience, DateTimeOffset deadline, Func<CancellationToken, ValueTask> isWriting, TimeProvider time)
    : DelegatingChatClient(inner)
{
    private const int Tries = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    /// <exception cref="EngineException">There is no answer, or no more of it.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var tries = 1; ; tries++)
        {
            var (begun, fault) = await Try(messages, options, cancellationToken);
            if (begun is not null)
            {
                await using var updates = begun.Updates;
                foreach (var update in begun.First)
                {
                    yield return update;
                }

                while (await Next(updates))
                {
                    yield return updates.Current;
                }

                yield break;
            }

            if (PauseAfter(fault!, tries) is not { } pause)
            {
                throw fault!.Told;
            }

            // Whoever waits for the first text counts from the last sign of progress.
            yield return Sign();
            await Task.Delay(pause, time, cancellationToken);
            yield return Sign();
        }
    }

    private static ChatResponseUpdate Sign() => new(ChatRole.Assistant, [new ProgressContent(ProgressContent.Loading, 0)]);

    private static bool IsSaid(AIContent content) =>
        content is TextContent { Text.Length: > 0 } or TextReasoningContent { Text.Length: > 0 } or FunctionCallContent;

    private TimeSpan? PauseAfter(ProviderFaultException fault, int tries)
    {
        if (fault.Kind != FaultClass.Passing || tries >= Tries)
        {
            return null;
        }

        var pause = fault.RetryAfter ?? FirstPause * Math.Pow(2, tries - 1) * (0.5 + Random.Shared.NextDouble());
        return !(fault.RetryAfter > patience) && time.GetUtcNow() + pause < deadline ? pause : null;
    }

    private async Task<(Begun? Begun, ProviderFaultException? Fault)> Try(
        IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return (await circuit.Try(token => Begin(messages, options, token), cancellationToken), null);
        }
        catch (ProviderFaultException fault)
        {
            return (null, fault);
        }
    }

    /// <summary>Up to the first that is said: what breaks before that has left nothing behind.</summary>
    private async ValueTask<Begun> Begin(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        var updates = InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            List<ChatResponseUpdate> first = [];
            var told = time.GetTimestamp();
            while (await updates.MoveNextAsync())
            {
                if (updates.Current is { Contents.Count: > 0 } or { FinishReason: not null })
                {
                    first.Add(updates.Current);
                }

                if (updates.Current.Contents.Any(IsSaid))
                {
                    break;
                }

                if (time.GetElapsedTime(told) >= AnswerGenerator.SignOfLife)
                {
                    told = time.GetTimestamp();
                    await isWriting(cancellationToken);
                }
            }

            return new(first, updates);
        }
        catch
        {
            await updates.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<bool> Next(IAsyncEnumerator<ChatResponseUpdate> updates)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (ProviderFaultException fault)
        {
            circuit.Count(fault);
            throw fault.Told;
        }
    }

    private sealed record Begun(IReadOnlyList<ChatResponseUpdate> First, IAsyncEnumerator<ChatResponseUpdate> Updates);
}
