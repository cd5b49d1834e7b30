namespace MeatLizard.Application.Relay;

/// <summary>A message is larger than any that can be handed over: trying again does not help.</summary>
/// <param name="bytes">Of the message as JSON.</param>
public sealed class MessageTooLargeException(int bytes) : CarrierException($"A message of {bytes} bytes is too large for the relay.");
