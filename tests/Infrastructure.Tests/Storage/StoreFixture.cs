using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Storage;

/// <summary>One body, every database: what a store promises, it promises on both.</summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
internal abstract class StoreFixture(Database kind)
{
    // Seven decimals, so that a database that keeps six has something to cut.
    protected static readonly DateTimeOffset Now = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero).AddTicks(1_234_560);

    private readonly List<AsyncServiceScope> _scopes = [];
    private int _drawn;

    protected TestDatabase Storage { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task OpenDatabase() => Storage = await TestDatabase.Create(kind);

    [OneTimeTearDown]
    public async Task CloseDatabase() => await Storage.DisposeAsync();

    [TearDown]
    public async Task CloseScopes()
    {
        foreach (var scope in _scopes)
        {
            await scope.DisposeAsync();
        }

        _scopes.Clear();
    }

    /// <summary>A scope of its own, as every request and every worker loop has.</summary>
    protected Scope Begin(IServiceProvider? host = null)
    {
        var scope = (host ?? Storage.Services).CreateAsyncScope();
        _scopes.Add(scope);
        return new Scope(scope.ServiceProvider);
    }

    protected static NUnit.Framework.Constraints.Constraint DuplicateIn(string table) =>
        Throws.TypeOf<DuplicateException>().With.Property(nameof(DuplicateException.Constraint)).EqualTo(table);

    /// <summary>Ids that sort as they were drawn, even within one millisecond.</summary>
    protected Guid NewId() => Guid.CreateVersion7(Now.AddMilliseconds(Interlocked.Increment(ref _drawn)));

    protected async Task<UserId> GivenUser()
    {
        var scope = Begin();
        var user = User.Join(new UserId(Guid.CreateVersion7()), "Ada", Role.Member, Now);
        scope.Get<IUserStore>().Save(user);
        await scope.Commit();
        return user.State.Id;
    }

    protected async Task<ChatSession> GivenSession(UserId? owner = null, DateTimeOffset? at = null)
    {
        var ownerId = owner ?? await GivenUser();
        var scope = Begin();
        var web = await scope.Get<IPlaceStore>().Find(PlaceKind.Web, "", Token);
        var session = ChatSession.Open(
            new SessionId(NewId()),
            ownerId,
            web!.Id,
            new SessionSettings("Lizards", null, null, null, null),
            at ?? Now);
        scope.Get<ISessionStore>().Save(session);
        await scope.Commit();
        return session;
    }

    protected static Message Plain(SessionId session, long sequence, MessageId? parent = null, string text = "hello") => new()
    {
        Id = new MessageId(Guid.CreateVersion7()),
        SessionId = session,
        ParentId = parent,
        Sequence = sequence,
        Role = MessageRole.User,
        Parts = [new TextPart(text)],
        Status = MessageStatus.Complete,
        CreatedAt = Now,
    };

    protected async Task<RelayRequest> GivenRequest(Action<RelayRequest>? then = null)
    {
        var session = await GivenSession();
        var scope = Begin();
        var request = RelayRequest.Queue(Order(session.State), Now);
        then?.Invoke(request);
        scope.Get<IRequestStore>().Save(request);
        await scope.Commit();
        return request;
    }

    protected static RelayRequestOrder Order(ChatSessionState session) => new(
        new RequestId(Guid.CreateVersion7()),
        session.Id,
        session.OwnerId,
        new MessageId(Guid.CreateVersion7()),
        new MessageId(Guid.CreateVersion7()),
        new RequestSettings(),
        new RelayDeadlines(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10)),
        MaxAttempts: 2);

    internal sealed class Scope(IServiceProvider services)
    {
        public T Get<T>()
            where T : notnull => services.GetRequiredService<T>();

        public Task Commit(CommitDurability durability = CommitDurability.Synced) => Get<IUnitOfWork>().Commit(durability, Token);
    }
}
