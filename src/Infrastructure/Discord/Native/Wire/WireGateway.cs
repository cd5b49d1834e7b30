using System.Text.Json;
using System.Text.Json.Serialization;

namespace MeatLizard.Infrastructure.Discord.Native.Wire;

/// <summary>What is asked before a connection: where to, and how many sessions may be begun.</summary>
internal sealed record WireGateway(Uri Url, WireSessionLimit? SessionStartLimit);

/// <param name="ResetAfter">Milliseconds.</param>
internal sealed record WireSessionLimit(int Total, int Remaining, long ResetAfter);

/// <summary>What comes from the gateway.</summary>
internal sealed record WirePayload(int Op, long? S, string? T, JsonElement D);

internal sealed record WireHello(int HeartbeatInterval);

internal sealed record WireReady(string SessionId, Uri ResumeGatewayUrl, WireUser User, WireId? Application, WireId[]? Guilds);

internal sealed record WireBeat(int Op, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? D);

internal sealed record WireIdentify(int Op, WireIdentifyData D);

internal sealed record WireIdentifyData(string Token, WireProperties Properties, bool Compress, int LargeThreshold, int Intents);

internal sealed record WireProperties(string Os, string Browser, string Device);

internal sealed record WireResume(int Op, WireResumeData D);

internal sealed record WireResumeData(string Token, string SessionId, long Seq);
