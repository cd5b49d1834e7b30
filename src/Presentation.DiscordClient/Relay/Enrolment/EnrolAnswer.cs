namespace MeatLizard.Presentation.DiscordClient.Relay.Enrolment;

/// <summary>What the server says to a code: a worker's name and root, or what is wrong.</summary>
internal sealed record EnrolAnswer(string? WorkerId, string? Root, string? Detail)
{
    /// <summary>Without the root, which a record would print.</summary>
    public override string ToString() => $"EnrolAnswer {WorkerId}";
}
