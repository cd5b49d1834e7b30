namespace MeatLizard.Infrastructure.Discord.Native.Gateway;

internal enum GatewayNext
{
    /// <summary>The session is resumed.</summary>
    Resume,

    /// <summary>Discord has asked for that: the session is resumed without a pause.</summary>
    ResumeAtOnce,

    /// <summary>The session is over; a new one is begun.</summary>
    Identify,

    /// <summary>Trying again does not help.</summary>
    Stop,
}
