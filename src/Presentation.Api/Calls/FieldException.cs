using System.Text.Json;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>A converter's complaint that says more than "wrong kind".</summary>
/// <param name="field">Below the place that is being read; empty for that place itself.</param>
internal sealed class FieldException(string field, string code, string message) : JsonException(message)
{
    public string Field { get; } = field;

    public string Code { get; } = code;
}
