namespace MeatLizard.Presentation.Api.Identity;

/// <param name="OverlapHours">How much longer the secret that it has stays good: 0 to 168; 24 when not said.</param>
internal sealed record RotateKeyRequest(int? OverlapHours = null);
