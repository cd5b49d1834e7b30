using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>One answer of a provider, as it is read.</summary>
internal interface IProviderAnswer
{
    /// <summary>Whether it has been said that nothing comes any more, though the line is still open.</summary>
    bool IsOver => false;

    /// <summary>What this event means for the reader; null when nothing.</summary>
    /// <param name="data">Of one server-sent event.</param>
    /// <exception cref="System.Text.Json.JsonException">It is none of the provider's.</exception>
    /// <exception cref="ProviderRefusedException">It tells of an error.</exception>
    ChatResponseUpdate? Read(ReadOnlySpan<byte> data);

    /// <summary>No event is left: how it ended, and what it cost; null when it broke off.</summary>
    ChatResponseUpdate? End();
}
