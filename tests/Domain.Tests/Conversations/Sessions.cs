using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Conversations;

internal static class Sessions
{
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    public static readonly RequestId Turn = new(Guid.Parse("01900000-0000-7000-8000-00000000000a"));
    public static readonly MessageId Question = new(Guid.Parse("01900000-0000-7000-8000-00000000000b"));
    public static readonly MessageId Answer = new(Guid.Parse("01900000-0000-7000-8000-00000000000c"));

    public static ChatSession New(SessionSettings? settings = null) =>
        ChatSession.Open(new(Guid.NewGuid()), new(Guid.NewGuid()), new(Guid.NewGuid()), settings ?? new(null, null, null, null, null), Now);

    public static ChatSession At(SessionStatus status, bool turnOpen) => new(
        New().State with { Status = status, OpenRequestId = turnOpen ? Turn : null },
        storedVersion: 7);
}
