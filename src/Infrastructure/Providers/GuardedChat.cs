using System.Runtime.CompilerServices;
using System.Text.Json;
using MeatLizard.Application.Relay;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>A provider's client, whose silence and whose talk have an end, and whose faults are said in our words. Asked once, it tries once.</summary>
internal sealed class GuardedChat(string provider, IChatClient inner, TimeSpan patience, TimeProvider time) : DelegatingChatClient(inner)
{
    /// <exception cref="ProviderFaultException">It came to nothing, or to no end.</exception>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var silence = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        var updates = base.GetStreamingResponseAsync(messages, options, either.Token).GetAsyncEnumerator(either.Token);
        await using var _ = updates.ConfigureAwait(false);
        var finished = false;
        var said = 0L;
        while (await Next(updates, silence, cancellationToken).ConfigureAwait(false))
        {
            silence.CancelAfter(patience);
            said += updates.Current.Contents.Sum(Length);
            if (said > AnswerLimit.Characters)
            {
                throw ProviderFaults.Endless(provider);
            }

            finished |= updates.Current.FinishReason is not null;
            if (updates.Current.FinishReason == ChatFinishReason.ContentFilter)
            {
                throw ProviderFaults.Declined(provider);
            }

            yield return updates.Current;
        }

        if (!finished)
        {
            throw ProviderFaults.CutOff(provider);
        }
    }

    private static long Length(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent thought => thought.Text.Length,
        _ => 0,
    };

    private async Task<bool> Next(
        IAsyncEnumerator<ChatResponseUpdate> updates, CancellationTokenSource silence, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (silence.IsCancellationRequested)
        {
            throw ProviderFaults.Silent(provider, patience);
        }
        catch (ProviderRefusedException refused)
        {
            throw ProviderFaults.For(provider, refused.Status, refused.RetryAfter, refused);
        }
        catch (HttpRequestException broken)
        {
            throw ProviderFaults.For(provider, 0, cause: broken);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or JsonException or InvalidOperationException or FormatException or OperationCanceledException)
        {
            throw ProviderFaults.CutOff(provider, broken);
        }
    }
}
