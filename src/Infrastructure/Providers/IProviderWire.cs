using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>How one kind of provider is asked, and how its answer is read. The rest is the same for all of them: <see cref="StreamedChat"/>.</summary>
internal interface IProviderWire
{
    /// <exception cref="Application.Inference.EngineException">What is asked for cannot be asked of this kind.</exception>
    HttpRequestMessage Ask(IReadOnlyList<ChatMessage> messages, ChatOptions? options);

    /// <summary>One answer, event by event.</summary>
    IProviderAnswer Begin();

    /// <summary>What an error says. Its text stays here: it may quote the prompt.</summary>
    /// <param name="body">As it came; perhaps no JSON at all.</param>
    ProviderRefusedException Refusal(int status, TimeSpan? retryAfter, byte[] body);
}
