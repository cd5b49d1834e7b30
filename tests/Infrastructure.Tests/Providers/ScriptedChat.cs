using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Tests.Providers;

/// <summary>A provider's client that answers as it is told, one after the other: texts are said, what is to happen meanwhile happens behind an update without contents, an exception ends it.</summary>
internal sealed class ScriptedChat(params object[][] answers) : IChatClient
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var piece in answers[Interlocked.Increment(ref _asked) - 1])
        {
            await Task.Yield();
            if (piece is Exception fault)
            {
                throw fault;
            }

            if (piece is Action happens)
            {
                happens();
                yield return new(ChatRole.Assistant, []);
            }
            else
            {
                yield return new(ChatRole.Assistant, (string)piece);
            }
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
