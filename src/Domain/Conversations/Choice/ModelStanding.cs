namespace MeatLizard.Domain.Conversations.Choice;

/// <summary>How it stands with the model that a level names, for somebody who asks now.</summary>
public enum ModelStanding
{
    /// <summary>The level names none.</summary>
    Unset,

    /// <summary>A worker that is online and takes questions has it.</summary>
    Ready,

    /// <summary>No worker is online that could say; whoever comes is waited for.</summary>
    Awaited,

    /// <summary>Only a provider has it, and it can be asked.</summary>
    ProviderOnly,

    /// <summary>Only workers that take nothing new have it.</summary>
    WorkerNotReady,

    /// <summary>Only a provider has it, and it is not asked at the moment.</summary>
    ProviderNotReady,

    /// <summary>Nobody has it.</summary>
    Unknown,

    /// <summary>Whoever asks may not ask it.</summary>
    NotAllowed,
}
