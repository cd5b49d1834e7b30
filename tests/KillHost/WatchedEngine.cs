using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MeatLizard.KillHost;

internal sealed class WatchedEngine(IChatClient inner, Trap trap) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (trap.IsSetAt(KillPoint.Accepted))
        {
            // An acknowledgement that text follows at once has no commit of its own: without text it is committed, and the host dies there.
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            if (update.Text.Length > 0)
            {
                trap.Pass(KillPoint.MidGeneration);
            }

            yield return update;
        }
    }
}
