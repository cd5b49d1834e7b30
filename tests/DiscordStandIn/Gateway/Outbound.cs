namespace MeatLizard.DiscordStandIn.Gateway;

/// <summary>A payload on its way to a client, or the end of the connection; not before <paramref name="Due"/>.</summary>
internal sealed record Outbound(byte[] Payload, DateTimeOffset Due)
{
    public int? CloseCode { get; init; }

    public string Reason { get; init; } = "";
}
