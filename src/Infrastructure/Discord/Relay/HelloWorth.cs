namespace MeatLizard.Infrastructure.Discord.Relay;

/// <summary>What a hello is worth that opened.</summary>
internal enum HelloWorth
{
    /// <summary>It answers no challenge that stands: perhaps an old one, posted again.</summary>
    Unproven,

    /// <summary>Its process is the worker.</summary>
    Believed,

    /// <summary>Its process was the worker, until another one with the same key was.</summary>
    Replaced,
}
