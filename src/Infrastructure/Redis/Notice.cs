namespace MeatLizard.Infrastructure.Redis;

/// <summary>What hosts tell each other through Redis. Each would be found out without it a little later.</summary>
internal enum Notice : byte
{
    /// <summary>Whether the way through Redis and back is open; heard by its sender alone.</summary>
    Probe = 1,

    /// <summary>Events of a request were committed; with its id.</summary>
    Reply = 2,

    /// <summary>The outbox holds something that the sender cannot do.</summary>
    Outbox = 3,

    /// <summary>A key or sign-in was revoked; with its hash.</summary>
    Revoked = 4,

    /// <summary>The registry of workers has changed.</summary>
    Workers = 5,

    /// <summary>A place was changed.</summary>
    Places = 6,

    /// <summary>What a user may do was changed, or their sign-ins were ended; with their id.</summary>
    User = 7,
}
