using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Discord.Native.Wire;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(SnowflakeConverter), typeof(PermissionsConverter)])]
[JsonSerializable(typeof(WireMessage))]
[JsonSerializable(typeof(WireMessage[]))]
[JsonSerializable(typeof(WireDeletion))]
[JsonSerializable(typeof(WirePost))]
[JsonSerializable(typeof(WireUser))]
[JsonSerializable(typeof(WireApplication))]
[JsonSerializable(typeof(WireIds))]
[JsonSerializable(typeof(WireId[]))]
[JsonSerializable(typeof(WireGuild))]
[JsonSerializable(typeof(WireGuildPart))]
[JsonSerializable(typeof(WireMember))]
[JsonSerializable(typeof(WireChannel))]
[JsonSerializable(typeof(WireChannel[]))]
[JsonSerializable(typeof(WireChannelDraft))]
[JsonSerializable(typeof(WireOverwrite))]
[JsonSerializable(typeof(WireCommand[]))]
[JsonSerializable(typeof(WireInteraction))]
[JsonSerializable(typeof(WireCallback))]
[JsonSerializable(typeof(WireError))]
[JsonSerializable(typeof(WireGateway))]
[JsonSerializable(typeof(WirePayload))]
[JsonSerializable(typeof(WireHello))]
[JsonSerializable(typeof(WireReady))]
[JsonSerializable(typeof(WireBeat))]
[JsonSerializable(typeof(WireIdentify))]
[JsonSerializable(typeof(WireResume))]
internal sealed partial class DiscordJson : JsonSerializerContext;
