namespace MeatLizard.Application.Relay.Caching;

/// <summary>How answers of calls without a session are kept, for those who ask the very same again.</summary>
public sealed class AnswerCacheOptions
{
    public const string Section = "Cache:Answers";

    /// <summary><c>Cache:Answers:Enabled</c>: false keeps nothing and gives nothing, whatever a call asks for.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary><c>Cache:Answers:Entries</c>: at most so many, 1 to 100,000; beyond that whichever was used least recently goes.</summary>
    public int Entries { get; set; } = 4096;

    /// <summary><c>Cache:Answers:Bytes</c>: at most so much of all together, from 64 KiB; a single answer may take an eighth of it.</summary>
    public int Bytes { get; set; } = 32 * 1024 * 1024;

    /// <summary><c>Cache:Answers:Ttl</c>: for so long an answer is given in place of a new one. More than zero, at most 30 days.</summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// <c>Cache:Answers:StaleTtl</c>: for so long after that it is kept for when nobody can answer. Zero: not at all; at most 30 days.
    /// </summary>
    public TimeSpan StaleTtl { get; set; } = TimeSpan.FromDays(1);

    /// <summary>In bytes.</summary>
    public int Largest => Bytes / 8;
}
