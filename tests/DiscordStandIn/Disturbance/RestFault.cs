namespace MeatLizard.DiscordStandIn.Disturbance;

/// <summary>What happens to the next requests that match, <see cref="Left"/> times.</summary>
internal sealed class RestFault(RestMatch match, int times)
{
    public RestMatch Match => match;

    public int Left { get; set; } = times;

    /// <summary>Answered with this status, and not carried out.</summary>
    public int? Status { get; init; }

    public LimitScope? Scope { get; init; }

    public TimeSpan RetryAfter { get; init; }

    /// <summary>Carried out, and never answered.</summary>
    public bool NeverAnswers { get; init; }

    /// <summary>Carried out, and then the line is cut.</summary>
    public bool CutsAfter { get; init; }
}
