namespace MeatLizard.Infrastructure.Relay.Link;

/// <summary>The server could not be reached over the link; the message is for the operator.</summary>
internal sealed class LinkException(string message) : Exception(message);
