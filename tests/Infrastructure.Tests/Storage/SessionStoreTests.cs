using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class SessionStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_session_comes_back_field_by_field()
    {
        var session = await GivenSession();
        session.Reconfigure(new("\"Ünïcode\" 🦎 \uFFFF 'q'", "tiny", "Be brief.\nAlways.", 0.1, "pirate"), Now.AddTicks(10));
        session.SubmitMessage(new(Guid.CreateVersion7()), new(Guid.CreateVersion7()), Now.AddSeconds(1));
        session.EndTurn(session.State.OpenRequestId!.Value, new(Guid.CreateVersion7()), 0.2871234567890123, Now.AddSeconds(2));
        session.TrimContext(session.State.LeafId!.Value, Now.AddSeconds(3));
        session.SubmitMessage(new(Guid.CreateVersion7()), new(Guid.CreateVersion7()), Now.AddSeconds(4));
        await Save(session);

        var found = await Begin().Get<ISessionStore>().Find(session.State.Id, Token);

        Assert.That(found!.State, Is.EqualTo(session.State));
        Assert.That(found.StoredVersion, Is.EqualTo(session.Version));
    }

    [Test]
    public async Task An_empty_session_comes_back_with_its_nulls()
    {
        var session = await GivenSession();
        session.Reconfigure(new(null, null, null, null, null), Now);
        await Save(session);

        var found = await Begin().Get<ISessionStore>().Find(session.State.Id, Token);

        Assert.That(found!.State, Is.EqualTo(session.State));
    }

    [Test]
    public async Task Times_are_cut_to_the_microsecond()
    {
        var session = await GivenSession(at: Now.AddTicks(9).ToOffset(TimeSpan.FromHours(3)));

        var found = await Begin().Get<ISessionStore>().Find(session.State.Id, Token);

        Assert.That(found!.State.CreatedAt, Is.EqualTo(Now));
        Assert.That(found.State.CreatedAt.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task An_unknown_session_is_not_found() =>
        Assert.That(await Begin().Get<ISessionStore>().Find(new(Guid.CreateVersion7()), Token), Is.Null);

    [Test]
    public async Task The_second_of_two_writers_is_told_that_a_later_version_is_stored()
    {
        var id = (await GivenSession()).State.Id;
        var one = Begin();
        var two = Begin();
        var first = (await one.Get<ISessionStore>().Find(id, Token))!;
        var second = (await two.Get<ISessionStore>().Find(id, Token))!;
        first.Close(Now);
        second.Delete(Now);
        one.Get<ISessionStore>().Save(first);
        two.Get<ISessionStore>().Save(second);

        await one.Commit();

        Assert.That(() => two.Commit(), Throws.TypeOf<ConcurrencyConflictException>());
        Assert.That((await Begin().Get<ISessionStore>().Find(id, Token))!.State.Status, Is.EqualTo(SessionStatus.Archived));
    }

    [Test]
    public async Task An_id_that_is_taken_is_a_duplicate()
    {
        var session = await GivenSession();
        var scope = Begin();
        scope.Get<ISessionStore>().Save(ChatSession.Open(
            session.State.Id,
            session.State.OwnerId,
            session.State.PlaceId,
            new(null, null, null, null, null),
            Now));

        Assert.That(() => scope.Commit(), DuplicateIn("chat_session"));
    }

    [Test]
    public async Task Pages_hold_every_session_once_newest_first_although_more_come_in_between()
    {
        var owner = await GivenUser();
        await GivenSession();
        List<SessionId> made = [];
        for (var i = 0; i < 7; i++)
        {
            // Several share a time: the id decides among them.
            made.Add((await GivenSession(owner, Now.AddSeconds(i / 3))).State.Id);
        }

        var deleted = await GivenSession(owner, Now.AddSeconds(1));
        deleted.Delete(Now.AddSeconds(1));
        await Save(deleted);

        List<SessionId> seen = [];
        string? cursor = null;
        do
        {
            var page = await Begin().Get<ISessionStore>().List(owner, 2, cursor, Token);
            seen.AddRange(page.Items.Select(item => item.Id));
            cursor = page.NextCursor;
            await GivenSession(owner, Now.AddMinutes(1));
        }
        while (cursor is not null);

        Assert.That(seen, Is.EqualTo(made.AsEnumerable().Reverse()));
    }

    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("\u00e4")]
    [TestCase("bwAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAA")]
    public void A_cursor_that_is_not_ours_is_refused(string cursor) => Assert.That(
        () => Begin().Get<ISessionStore>().List(new UserId(Guid.CreateVersion7()), 10, cursor, Token),
        Throws.TypeOf<FormatException>());

    [Test]
    public async Task Saving_twice_before_a_commit_stores_the_last_state_once()
    {
        var session = await GivenSession();
        var scope = Begin();
        session.Close(Now);
        scope.Get<ISessionStore>().Save(session);
        session.Reopen(Now.AddSeconds(1));
        scope.Get<ISessionStore>().Save(session);
        session.SubmitMessage(new(Guid.CreateVersion7()), new RequestId(Guid.CreateVersion7()), Now.AddSeconds(2));
        await scope.Commit();

        Assert.That((await Begin().Get<ISessionStore>().Find(session.State.Id, Token))!.State, Is.EqualTo(session.State));
        Assert.That(session.StoredVersion, Is.EqualTo(session.Version));
    }

    [Test]
    public async Task A_session_that_waits_for_a_question_is_recalled_as_its_commit_left_it()
    {
        await using var host = Storage.AddHost();
        var session = await Remembered(host);
        Assert.That(Recall(host, session)!.StoredVersion, Is.EqualTo(session.StoredVersion));
        Assert.That(Recall(host, session)!.State, Is.EqualTo(session.State));

        session.SubmitMessage(new(Guid.CreateVersion7()), new(Guid.CreateVersion7()), Now.AddSeconds(1));
        await Save(session, host);
        Assert.That(Recall(host, session), Is.Null, "it waits for an answer");

        session.EndTurn(session.State.OpenRequestId!.Value, new(Guid.CreateVersion7()), null, Now.AddSeconds(2));
        await Save(session, host);
        Assert.That(Recall(host, session)!.State, Is.EqualTo(session.State));
    }

    [Test]
    public async Task What_was_changed_elsewhere_is_forgotten_by_the_commit_that_finds_out()
    {
        await using var host = Storage.AddHost();
        var session = await Remembered(host);
        var changed = (await Begin().Get<ISessionStore>().Find(session.State.Id, Token))!;
        changed.Reconfigure(new("x", null, null, null, null), Now);
        await Save(changed);

        var recalled = Recall(host, session)!;
        recalled.Close(Now);
        Assert.That(() => Save(recalled, host), Throws.TypeOf<ConcurrencyConflictException>());
        Assert.That(Recall(host, session), Is.Null);
    }

    [Test]
    public async Task Whoever_is_forgotten_is_not_recalled()
    {
        await using var host = Storage.AddHost();
        var session = await Remembered(host);
        Assert.That(Recall(host, session), Is.Not.Null);
        var scope = Begin(host);
        scope.Get<ISessionStore>().RemoveAll(session.State.OwnerId);
        await scope.Commit();
        Assert.That(Recall(host, session), Is.Null);
    }

    private ChatSession? Recall(IServiceProvider host, ChatSession session) => Begin(host).Get<ISessionStore>().Recall(session.State.Id);

    /// <summary>Stored by that host, which has a memory of its own.</summary>
    private async Task<ChatSession> Remembered(IServiceProvider host)
    {
        var session = await GivenSession();
        session.Reconfigure(new("Remembered", null, null, null, null), Now);
        await Save(session, host);
        return session;
    }

    private async Task Save(ChatSession session, IServiceProvider? host = null)
    {
        var scope = Begin(host);
        scope.Get<ISessionStore>().Save(session);
        await scope.Commit();
    }
}
