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
