namespace MeatLizard.Application.Relay;

/// <summary>A message could not be handed over.</summary>
public class CarrierException(string message, Exception? inner = null) : Exception(message, inner);
