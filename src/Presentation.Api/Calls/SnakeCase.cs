using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Presentation.Api.Calls;

/// <summary>An enum as a word in snake_case, never as a number.</summary>
internal sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
