using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class ResponseStoreTests(Database kind) : StoreFixture(kind)
{
    [Test]
    public async Task A_response_comes_back_field_by_field()
    {
        var first = await Given();
        var second = await Given(first, background: true, given: """{"model":"t","metadata":{"ü":"\"🦎"}}""");

        var store = Begin().Get<IResponseStore>();
        Assert.That(await store.Find(first.Id, Token), Is.EqualTo(first));
        Assert.That(await store.Find(second.Id, Token), Is.EqualTo(second));
        Assert.That(await store.Find(new(Guid.CreateVersion7()), Token), Is.Null);
    }

    [Test]
    public async Task Its_session_and_the_terms_of_its_request_come_back_as_they_were()
    {
        var response = await Given();
        var scope = Begin();

        var session = (await scope.Get<ISessionStore>().Find(response.SessionId, Token))!.State;
        Assert.That((session.Kind, session.SystemPrompt, session.TokensPerCharacter), Is.EqualTo((SessionKind.Response, "Be brief.", 0.25)));
        var settings = (await scope.Get<IRequestStore>().Find(response.Id, Token))!.State.Settings;
        Assert.That(settings.Call, Is.EqualTo(Terms));
        Assert.That(settings.Options.MaxTokens, Is.EqualTo(7));
    }

    [Test]
    public async Task No_list_of_conversations_has_it_and_what_is_kept_of_somebody_does()
    {
        var response = await Given();
        var chat = await GivenSession(response.UserId);
        var sessions = Begin().Get<ISessionStore>();

        Assert.That((await sessions.List(response.UserId, 10, null, Token)).Items.Select(item => item.Id), Is.EqualTo([chat.State.Id]));
        Assert.That(
            (await sessions.ListById(response.UserId, null, 10, Token)).Select(item => item.Id),
            Is.EquivalentTo([response.SessionId, chat.State.Id]));
    }

    [Test]
    public async Task One_branch_leads_through_a_chain()
    {
        var first = await Given();
        var third = await Given(await Given(first));
        var answer = (await Begin().Get<IMessageStore>().FindAnswer(third.Id, Token))!;

        var branch = await Begin().Get<IMessageStore>().Branch(answer.Id, null, Token);
        Assert.That(branch, Has.Count.EqualTo(9));
        Assert.That(branch[0].SessionId, Is.EqualTo(first.SessionId));
        Assert.That(branch.Select(message => message.SessionId).Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task What_is_missing_of_a_chain_is_named()
    {
        var first = await Given();
        var second = await Given(first);
        var third = await Given(second);
        var store = Begin().Get<IResponseStore>();
        Assert.That(await store.FindMissing(third.Id, Token), Is.Null);

        await Remove(first);
        Assert.That(await store.FindMissing(third.Id, Token), Is.EqualTo(first.Id));
        Assert.That(await store.FindMissing(second.Id, Token), Is.EqualTo(first.Id));
    }

    [Test]
    public async Task What_is_removed_is_gone_with_all_that_was_said_and_what_goes_on_from_it_stays()
    {
        var first = await Given();
        var second = await Given(first);
        await Remove(first);

        var scope = Begin();
        Assert.That(await scope.Get<IResponseStore>().Find(first.Id, Token), Is.Null);
        Assert.That(await scope.Get<ISessionStore>().Find(first.SessionId, Token), Is.Null);
        Assert.That(await scope.Get<IRequestStore>().Find(first.Id, Token), Is.Null);
        Assert.That((await scope.Get<IMessageStore>().List(first.SessionId, 10, null, false, Token)).Items, Is.Empty);
        Assert.That(await scope.Get<IReplyLog>().Read(first.Id, 0, 10, Token), Is.Empty);
        Assert.That((await scope.Get<IMessageStore>().List(second.SessionId, 10, null, false, Token)).Items[0].ParentId, Is.Null);
        Assert.That((await scope.Get<IMessageStore>().List(second.SessionId, 10, null, false, Token)).Items, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Going_on_from_what_is_deleted_meanwhile_comes_second()
    {
        var first = await Given();
        var (scope, _) = await Prepare(first);
        await Remove(first);

        Assert.That(() => scope.Commit(), Throws.TypeOf<Application.ConcurrencyConflictException>());
    }

    [Test]
    public async Task Old_ones_are_those_that_have_ended_and_that_no_later_one_goes_on_from()
    {
        var before = Now.AddYears(-7);
        var alone = await Given(at: before.AddDays(-3));
        var begun = await Given(at: before.AddDays(-2));
        var going = await Given(begun, at: before.AddDays(-1));
        _ = await Given(at: before.AddDays(-1), ends: false);
        _ = await Given(going, at: before.AddDays(1));
        var store = Begin().Get<IResponseStore>();

        Assert.That(await store.ListOld(before, 10, Token), Is.EqualTo([alone.Id]));
        Assert.That(await store.ListOld(before.AddDays(2), 10, Token), Has.Count.EqualTo(2));
        Assert.That(await store.ListOld(before.AddDays(2), 1, Token), Is.EqualTo([alone.Id]), "the oldest first");
    }

    [Test]
    public async Task Whoever_leaves_takes_all_of_theirs_along()
    {
        var mine = await Given();
        _ = await Given(mine);
        var theirs = await Given();
        var scope = Begin();
        scope.Get<ISessionStore>().RemoveAll(mine.UserId);
        await scope.Commit();

        Assert.That(await Begin().Get<IResponseStore>().Find(mine.Id, Token), Is.Null);
        Assert.That(await Begin().Get<IResponseStore>().Find(theirs.Id, Token), Is.Not.Null);
        Assert.That(await Begin().Get<ISessionStore>().ListById(mine.UserId, null, 10, Token), Is.Empty);
    }

    private static CallTerms Terms { get; } = new()
    {
        CacheName = "call-ab",
        Tools = """[{"type":"function"}]""",
        ToolChoice = "\"auto\"",
        ParallelToolCalls = false,
        ResponseFormat = """{"type":"json_object"}""",
    };

    private async Task<StoredResponse> Given(
        StoredResponse? previous = null, bool background = false, string given = "{}", DateTimeOffset? at = null, bool ends = true)
    {
        var (scope, response) = await Prepare(previous, background, given, at, ends);
        await scope.Commit();
        return response;
    }

    /// <summary>Two messages in, and if it ends one out.</summary>
    private async Task<(Scope Scope, StoredResponse Response)> Prepare(
        StoredResponse? previous = null, bool background = false, string given = "{}", DateTimeOffset? at = null, bool ends = true)
    {
        var response = new StoredResponse
        {
            Id = new(NewId()),
            UserId = previous?.UserId ?? await GivenUser(),
            PreviousId = previous?.Id,
            Background = background,
            Given = given,
            CreatedAt = at ?? Now,
        };
        var scope = Begin();
        var web = await scope.Get<IPlaceStore>().Find(PlaceKind.Web, "", Token);
        var before = previous is null ? null : await scope.Get<IMessageStore>().FindAnswer(previous.Id, Token);
        var session = ChatSession.ForResponse(
            response.SessionId, response.UserId, web!.Id, new(null, "tiny", "Be brief.", 0.5, null), 2, null, 0.25, response.CreatedAt);
        var one = Plain(response.SessionId, 1, before?.Id);
        var two = Plain(response.SessionId, 2, one.Id);
        session.SubmitMessage(two.Id, response.Id, Now);
        var order = Order(session.State) with
        {
            Id = response.Id,
            LeafId = two.Id,
            Settings = new() { SystemPrompt = "Be brief.", Options = new GenerationOptions { MaxTokens = 7 }, Call = Terms },
        };
        var request = RelayRequest.Queue(order, response.CreatedAt);
        scope.Get<IReplyLog>().Append(response.Id, new ReplyQueued(two.Id, 0) { Id = request.AddReplyEvent() });
        scope.Get<IMessageStore>().Add(one);
        scope.Get<IMessageStore>().Add(two);
        if (ends)
        {
            request.Cancel(response.CreatedAt);
            session.EndTurn(response.Id, order.AnswerId, null, response.CreatedAt);
            scope.Get<IMessageStore>().Add(Plain(response.SessionId, 3, two.Id) with
            {
                Id = order.AnswerId,
                Role = MessageRole.Assistant,
                RequestId = response.Id,
            });
        }

        scope.Get<ISessionStore>().Save(session);
        scope.Get<IRequestStore>().Save(request);
        scope.Get<IResponseStore>().Add(response);
        return (scope, response);
    }

    private async Task Remove(StoredResponse response)
    {
        var scope = Begin();
        scope.Get<IResponseStore>().Remove(response.Id);
        await scope.Commit();
    }
}
