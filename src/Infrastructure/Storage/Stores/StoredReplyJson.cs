using System.Text.Json.Serialization;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredDelta))]
[JsonSerializable(typeof(StoredQueued))]
[JsonSerializable(typeof(StoredStarted))]
[JsonSerializable(typeof(StoredNotice))]
[JsonSerializable(typeof(StoredEnd))]
internal sealed partial class StoredReplyJson : JsonSerializerContext;

internal sealed record StoredDelta(int Attempt, int Part, ChunkKind Kind, int Offset, string Text);

internal sealed record StoredQueued(Guid Message, int Position);

internal sealed record StoredStarted(int Attempt, Origin Origin);

internal sealed record StoredNotice(string Code, string Detail);

internal sealed record StoredEnd(Guid Answer, MessageError? Error);
