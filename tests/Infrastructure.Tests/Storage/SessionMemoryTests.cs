using MeatLizard.Domain.Conversations;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Storage;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SessionMemoryTests : IDisposable
{
    private readonly StoppedClock _clock = new();
    private readonly SessionMemory _memory;

    public SessionMemoryTests() => _memory = new(_clock);

    public void Dispose() => _memory.Dispose();

    [Test]
    public void Something_is_remembered_for_five_minutes_and_nothing_for_more_than_ten([Values(0, 1, 299)] int secondsIn)
    {
        Wait(TimeSpan.FromSeconds(secondsIn));
        var chat = Chat();
        Keep(chat);
        Wait(TimeSpan.FromSeconds(299));
        Assert.That(_memory.Find(chat.State.Id), Is.Not.Null);
        Wait(TimeSpan.FromSeconds(301));
        Assert.That(_memory.Find(chat.State.Id), Is.Null);
    }

    [Test]
    public void Where_somebody_else_writes_too_nothing_is_remembered_for_a_while()
    {
        var (before, after) = (Chat(), Chat());
        Keep(before);
        _memory.Distrust();
        Keep(after);
        Assert.That((_memory.Find(before.State.Id), _memory.Find(after.State.Id)), Is.EqualTo(((ChatSession?)null, (ChatSession?)null)));
        Wait(TimeSpan.FromMinutes(5));
        Keep(after);
        Assert.That(_memory.Find(after.State.Id), Is.Null);
        Wait(TimeSpan.FromMinutes(5));
        Keep(after);
        Assert.That(_memory.Find(after.State.Id), Is.Not.Null);
    }

    [Test]
    public void What_was_forgotten_while_it_was_committed_does_not_come_back()
    {
        var (chat, begun) = (Chat(), _memory.Generation);
        _memory.Clear();
        _memory.Keep(chat, begun);
        Assert.That(_memory.Find(chat.State.Id), Is.Null);
    }

    [Test]
    public void A_response_s_session_is_not_kept()
    {
        var chat = Chat(kind: SessionKind.Response);
        Keep(chat);
        Assert.That(_memory.Find(chat.State.Id), Is.Null);
    }

    [Test]
    public void After_a_long_rest_nothing_is_remembered()
    {
        var chat = Chat();
        Keep(chat);
        Wait(TimeSpan.FromHours(1));
        Assert.That(_memory.Find(chat.State.Id), Is.Null);
    }

    [Test]
    public void The_latest_are_remembered_and_never_more_than_there_is_room_for()
    {
        ChatSession[] chats = [.. Enumerable.Range(0, 2000).Select(_ => Chat())];
        foreach (var chat in chats)
        {
            Keep(chat);
        }

        var known = chats.Select(chat => _memory.Find(chat.State.Id) is not null).ToArray();
        Assert.That(known[^200..], Is.All.True);
        Assert.That(known.Count(one => one), Is.LessThanOrEqualTo(512));
    }

    [Test]
    public void What_a_later_commit_left_stands_in_place_of_the_earlier()
    {
        var chat = Chat();
        Keep(chat);
        Wait(TimeSpan.FromMinutes(6));
        chat.Reconfigure(new("later", null, null, null, null), _clock.GetUtcNow());
        Keep(chat);
        Assert.That(_memory.Find(chat.State.Id)!.State.Title, Is.EqualTo("later"));
        chat.Close(_clock.GetUtcNow());
        Keep(chat);
        Assert.That(_memory.Find(chat.State.Id), Is.Null);
    }

    [Test]
    public void A_long_system_prompt_is_not_kept()
    {
        var chat = Chat(new string('x', 5000));
        Keep(chat);
        Assert.That(_memory.Find(chat.State.Id), Is.Null);
    }

    /// <summary>Second by second, as clocks do.</summary>
    private void Wait(TimeSpan time)
    {
        for (var i = 0; i < (int)time.TotalSeconds; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private void Keep(ChatSession chat) => _memory.Keep(chat, _memory.Generation);

    private ChatSession Chat(string? prompt = null, SessionKind kind = SessionKind.Chat)
    {
        var settings = new SessionSettings(null, null, prompt, null, null);
        var opened = ChatSession.Open(new(Guid.NewGuid()), new(Guid.NewGuid()), new(Guid.NewGuid()), settings, _clock.GetUtcNow());
        return new(opened.State with { Kind = kind }, storedVersion: 1);
    }
}
