using System.Text.Json.Serialization;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>A key at the moment of its making.</summary>
internal sealed record IssuedKeyContract : KeyContract
{
    /// <summary>The key itself, this once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    /// <summary>True when the same call made it before: the key was shown then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SecretAlreadyShown { get; init; }
}
