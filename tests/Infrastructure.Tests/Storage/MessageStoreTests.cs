using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class MessageStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_message_comes_back_field_by_field_with_parts_that_nobody_knows()
    {
        var session = (await GivenSession()).State.Id;
        var parent = Plain(session, 1);
        var answer = new Message
        {
            Id = new(Guid.CreateVersion7()),
            SessionId = session,
            ParentId = parent.Id,
            Sequence = 2,
            Role = MessageRole.Assistant,
            Parts =
            [
                new ReasoningPart("hm…"),
                new TextPart("It's \"fine\" \\ 🦎👩‍👩‍👧 \uFFFF \u0001 \r\n\t ';DROP TABLE message;--"),
                new ToolCallPart("c1", "look", "{\"a\": not json"),
                new ToolResultPart("c1", "ok\0"),
                new FilePart(new string('a', 64), "ü.png", "image/png", long.MaxValue),
                new UnknownPart("hologram", """{"type":"hologram","z":1,"a":[1.50,null]}"""),
            ],
            Status = MessageStatus.Failed,
            CreatedAt = Now,
            AuthorId = await GivenUser(),
            Origin = new(OriginKind.Worker, "anna-mac", null),
            Usage = new(1, 2, 3),
            RequestId = new(Guid.CreateVersion7()),
            ClientKey = "key 'one'",
            Error = new("engine_crashed", "It fell over.", Retryable: true),
        };
        await Add(answer, parent);

        var found = await Begin().Get<IMessageStore>().Find(answer.Id, Token);

        Assert.That(found!.Parts, Is.EqualTo(answer.Parts));
        Assert.That(found with { Parts = answer.Parts }, Is.EqualTo(answer));
        Assert.That((await Begin().Get<IMessageStore>().FindAnswer(answer.RequestId.Value, Token))!.Id, Is.EqualTo(answer.Id));
    }

    [Test]
    public async Task A_message_comes_back_with_its_nulls()
    {
        var message = Plain((await GivenSession()).State.Id, 1);
        await Add(message);

        var found = await Begin().Get<IMessageStore>().Find(message.Id, Token);

        Assert.That(found! with { Parts = message.Parts }, Is.EqualTo(message));
        Assert.That(await Begin().Get<IMessageStore>().FindAnswer(new(Guid.CreateVersion7()), Token), Is.Null);
    }

    [Test]
    public async Task What_no_database_can_hold_as_text_is_marked_instead_of_refused()
    {
        var session = (await GivenSession()).State.Id;
        var message = Plain(session, 1, text: "nul \0 here") with { ClientKey = "half \uD83E pair 🦎" };
        await Add(message);

        var found = await Begin().Get<IMessageStore>().Find(message.Id, Token);

        Assert.That(found!.Text, Is.EqualTo("nul \0 here"), "the parts are JSON, where NUL can be written");
        Assert.That(found.ClientKey, Is.EqualTo("half \uFFFD pair 🦎"));
    }

    [Test]
    public async Task One_request_has_one_answer()
    {
        var session = (await GivenSession()).State.Id;
        var request = new RequestId(Guid.CreateVersion7());
        await Add(Plain(session, 1) with { RequestId = request });

        Assert.That(() => Add(Plain(session, 2) with { RequestId = request }), DuplicateIn("message"));
    }

    [Test]
    public async Task A_client_key_counts_within_its_session()
    {
        var one = (await GivenSession()).State.Id;
        var two = (await GivenSession()).State.Id;
        await Add(Plain(one, 1) with { ClientKey = "k" }, Plain(two, 1) with { ClientKey = "k" });

        Assert.That(() => Add(Plain(one, 2) with { ClientKey = "k" }), DuplicateIn("message"));
    }

    [Test]
    public async Task A_sequence_is_given_once_in_a_session()
    {
        var session = (await GivenSession()).State.Id;
        await Add(Plain(session, 1));

        Assert.That(() => Add(Plain(session, 1)), DuplicateIn("message"));
    }

    [Test]
    public async Task A_branch_follows_parents_and_begins_where_it_is_told_to()
    {
        var session = (await GivenSession()).State.Id;
        var question = Plain(session, 1);
        var answer = Plain(session, 2, question.Id);
        var regenerated = Plain(session, 3, question.Id);
        var next = Plain(session, 4, regenerated.Id);
        await Add(next, answer, question, regenerated);
        var store = Begin().Get<IMessageStore>();

        Assert.That(await Ids(next.Id, null), Is.EqualTo(new[] { question.Id, regenerated.Id, next.Id }));
        Assert.That(await Ids(answer.Id, null), Is.EqualTo(new[] { question.Id, answer.Id }));
        Assert.That(await Ids(next.Id, regenerated.Id), Is.EqualTo(new[] { regenerated.Id, next.Id }));
        Assert.That(await Ids(next.Id, next.Id), Is.EqualTo(new[] { next.Id }));
        Assert.That(await Ids(next.Id, answer.Id), Is.EqualTo(new[] { question.Id, regenerated.Id, next.Id }), "not on this branch");
        Assert.That(await Ids(new(Guid.CreateVersion7()), null), Is.Empty);

        var one = await store.BranchLength(question.Id, null, Token);
        Assert.That(one, Is.Positive);
        Assert.That(await store.BranchLength(next.Id, null, Token), Is.EqualTo(3 * one), "All say the same.");
        Assert.That(await store.BranchLength(next.Id, regenerated.Id, Token), Is.EqualTo(2 * one));
        Assert.That(await store.BranchLength(new(Guid.CreateVersion7()), null, Token), Is.Zero);

        async Task<IEnumerable<MessageId>> Ids(MessageId leaf, MessageId? from) =>
            (await store.Branch(leaf, from, Token)).Select(message => message.Id);
    }

    [Test]
    public async Task A_branch_ends_at_the_newest_message_below()
    {
        var session = (await GivenSession()).State.Id;
        var question = Plain(session, 1);
        var old = Plain(session, 2, question.Id);
        var oldNext = Plain(session, 3, old.Id);
        var young = Plain(session, 4, question.Id);
        await Add(question, old, oldNext, young);
        var store = Begin().Get<IMessageStore>();

        Assert.That(await store.LeafBelow(question.Id, Token), Is.EqualTo(young.Id));
        Assert.That(await store.LeafBelow(old.Id, Token), Is.EqualTo(oldNext.Id));
        Assert.That(await store.LeafBelow(young.Id, Token), Is.EqualTo(young.Id));
    }

    [Test]
    public async Task Pages_run_either_way_and_new_messages_do_not_shift_them()
    {
        var session = (await GivenSession()).State.Id;
        await Add([.. Enumerable.Range(1, 7).Select(sequence => Plain(session, sequence))]);

        Assert.That(await Sequences(newestFirst: false, next => Add(Plain(session, next))), Is.EqualTo(Enumerable.Range(1, 9)));
        Assert.That(await Sequences(newestFirst: true, next => Add(Plain(session, next))), Is.EqualTo(Enumerable.Range(1, 10).Reverse()));

        async Task<List<long>> Sequences(bool newestFirst, Func<long, Task> inBetween)
        {
            List<long> seen = [];
            string? cursor = null;
            var next = newestFirst ? 11 : 8;
            do
            {
                var page = await Begin().Get<IMessageStore>().List(session, 3, cursor, newestFirst, Token);
                seen.AddRange(page.Items.Select(message => message.Sequence));
                cursor = page.NextCursor;
                if (newestFirst || next <= 10)
                {
                    await inBetween(next++);
                }
            }
            while (cursor is not null);
            return seen;
        }
    }

    [Test]
    public async Task A_cursor_of_the_other_direction_is_refused()
    {
        var session = (await GivenSession()).State.Id;
        await Add(Plain(session, 1), Plain(session, 2));
        var page = await Begin().Get<IMessageStore>().List(session, 1, null, newestFirst: true, Token);

        Assert.That(
            () => Begin().Get<IMessageStore>().List(session, 1, page.NextCursor, newestFirst: false, Token),
            Throws.TypeOf<FormatException>());
    }

    [Test]
    public async Task Removing_a_session_takes_its_messages_requests_events_and_outbox_rows_and_nobody_elses()
    {
        var gone = await GivenFullSession();
        var kept = await GivenFullSession();
        var scope = Begin();
        scope.Get<IMessageStore>().RemoveAll(gone.Session);
        await scope.Commit();

        Assert.That(await Remains(gone), Is.EqualTo((0, false, 0)));
        Assert.That(await Remains(kept), Is.EqualTo((2, true, 1)));
        var due = await Begin().Get<IOutbox>().Claim(Now.AddYears(1), TimeSpan.FromMinutes(1), 1000, Token);
        Assert.That(due.Select(item => item.RequestId), Does.Contain(kept.Request).And.Not.Contain(gone.Request));
    }

    private async Task<(SessionId Session, RequestId Request)> GivenFullSession()
    {
        var session = await GivenSession();
        var scope = Begin();
        var question = Plain(session.State.Id, 1);
        scope.Get<IMessageStore>().Add(question);
        scope.Get<IMessageStore>().Add(Plain(session.State.Id, 2, question.Id));
        var request = RelayRequest.Queue(Order(session.State), Now);
        scope.Get<IRequestStore>().Save(request);
        scope.Get<IReplyLog>().Append(request.State.Id, new ReplyQueued(question.Id, 0) { Id = 1 });
        scope.Get<IOutbox>().Add(new(Guid.CreateVersion7(), OutboxTopic.Dispatch, request.State.Id, 0, null, Now));
        await scope.Commit();
        return (session.State.Id, request.State.Id);
    }

    private async Task<(int Messages, bool Request, int Events)> Remains((SessionId Session, RequestId Request) what)
    {
        var scope = Begin();
        var page = await scope.Get<IMessageStore>().List(what.Session, 10, null, newestFirst: false, Token);
        var request = await scope.Get<IRequestStore>().Find(what.Request, Token);
        var events = await scope.Get<IReplyLog>().Read(what.Request, 0, 10, Token);
        return (page.Items.Count, request is not null, events.Count);
    }

    private async Task Add(params Message[] messages)
    {
        var scope = Begin();
        Array.ForEach(messages, scope.Get<IMessageStore>().Add);
        await scope.Commit();
    }
}
