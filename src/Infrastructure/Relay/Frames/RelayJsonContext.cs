using System.Text.Json.Serialization;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Json;

namespace MeatLizard.Infrastructure.Relay.Frames;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(MessagePartConverter), typeof(WireRequestId), typeof(WireBytes), typeof(WireDuration), typeof(WireEnum<InferKind>),
        typeof(WireEnum<ProgressPhase>), typeof(WireEnum<MessageRole>), typeof(WireEnum<FinishReason>), typeof(WireEnum<ChunkKind>),
    ])]
[JsonSerializable(typeof(RelayMessage))]
[JsonSerializable(typeof(Infer))]
[JsonSerializable(typeof(Cancel))]
[JsonSerializable(typeof(Drain))]
[JsonSerializable(typeof(Ping))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(Rotate))]
[JsonSerializable(typeof(Ack))]
[JsonSerializable(typeof(Resend))]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(Accepted))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(Progress))]
[JsonSerializable(typeof(Chunk))]
[JsonSerializable(typeof(Embedding))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(Failed))]
[JsonSerializable(typeof(Bye))]
internal sealed partial class RelayJsonContext : JsonSerializerContext;
