using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace MeatLizard.Application.Tests;

/// <summary>
/// The use cases as a host puts them together, between ports that write down what happens at them, and in which order. What is
/// saved counts when it is committed, as at a database.
/// </summary>
internal sealed class Stage
{
    public static readonly UserId Anna = new(Guid.Parse("01900000-0000-7000-8000-0000000000aa"));

    private readonly List<Action> _collected = [];
    private readonly Dictionary<string, IdempotencyRecord> _keys = [];
    private readonly ServiceProvider _services;

    public Stage()
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddUseCases()
            .AddSingleton<TimeProvider>(new StoppedTime(Branches.Now))
            .AddSingleton(new RelayOptions())
            .AddSingleton(new FallbackPolicy([FallbackRung.Worker, FallbackRung.Notify]))
            .AddSingleton(Sessions())
            .AddSingleton(Messages())
            .AddSingleton(Mock.Of<IResponseStore>())
            .AddSingleton(Defaults())
            .AddSingleton(Places())
            .AddSingleton(Requests())
            .AddSingleton(Log())
            .AddSingleton(Outbox())
            .AddSingleton(Keys())
            .AddSingleton(Workers())
            .AddSingleton(Carrier())
            .AddSingleton(Work())
            .AddSingleton(Mock.Of<IUsageLog>())
            .AddSingleton(Mock.Of<IProviderSpending>())
            .AddSingleton(Mock.Of<IAuditLog>())
            .AddSingleton(Mock.Of<IUserStore>())
            .AddSingleton(Limits())
            .AddSingleton(Mock.Of<IRateLimiter>())
            .AddSingleton(Signal());
        _services = services.BuildServiceProvider();
        Session = ChatSession.Open(Branches.Session, Anna, new(Guid.Empty), new(null, null, null, null, null), Branches.Now).State;
    }

    /// <summary>What happened, in order: reserve, send, commit, cancel, release, signal; a commit that fails is <c>commit!</c>.</summary>
    public List<string> Journal { get; } = [];

    public ChatSessionState Session { get; set; }

    /// <summary>The session as the host remembers it; null when it does not.</summary>
    public ChatSessionState? Recalled { get; set; }

    public int Reads { get; private set; }

    public Dictionary<MessageId, Message> Stored { get; } = [];

    public Dictionary<RequestId, RelayRequestState> Queue { get; } = [];

    public List<ReplyEvent> Events { get; } = [];

    public List<OutboxItem> Rows { get; } = [];

    public List<Infer> Sent { get; } = [];

    /// <summary>Whether the one worker has a slot.</summary>
    public bool Free { get; set; } = true;

    public int ContextSize { get; set; } = 100_000;

    /// <summary>Anna's own default.</summary>
    public string? SystemPrompt { get; set; }

    /// <summary>The commits to come fail with these, one each.</summary>
    public Queue<Exception> Failures { get; } = new();

    /// <summary>What a commit does besides when it fails.</summary>
    public Action Failed { get; set; } = static () => { };

    public Exception? LostOnTheWay { get; set; }

    public DispatchGate Gate => _services.GetRequiredService<DispatchGate>();

    public Task<Outcome<T>> Send<T>(IRequest<Outcome<T>> command, UserId? by = null) => _services.GetRequiredService<UseCases>()
        .Send(command, new Actor(by ?? Anna, Role.Member, []), CancellationToken.None);

    public Task<Outcome<SubmittedTurn>> Say(string text, IdempotencyKey? key = null) =>
        Send(new SubmitMessage(Branches.Session, [new TextPart(text)], key, null));

    /// <summary>A conversation that has happened.</summary>
    public IReadOnlyList<Message> Past(params string[] texts)
    {
        var branch = Branches.Of(texts);
        foreach (var message in branch)
        {
            Stored[message.Id] = message;
        }

        Session = Session with { LeafId = branch[^1].Id, NextSequence = branch.Count + 1, Title = "Past" };
        return branch;
    }

    private ISessionStore Sessions()
    {
        var store = new Mock<ISessionStore>();
        store.Setup(one => one.Find(Branches.Session, It.IsAny<CancellationToken>()))
            .Callback(() => Reads++)
            .ReturnsAsync(() => new ChatSession(Session, 1));
        store.Setup(one => one.Recall(Branches.Session)).Returns(() => Recalled is { } known ? new ChatSession(known, 1) : null);
        store.Setup(one => one.Forget(Branches.Session)).Callback(() => Recalled = null);
        store.Setup(one => one.Save(It.IsAny<ChatSession>())).Callback((ChatSession saved) => _collected.Add(() => Session = saved.State));
        return store.Object;
    }

    private IMessageStore Messages()
    {
        var store = new Mock<IMessageStore>();
        store.Setup(one => one.Find(It.IsAny<MessageId>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((MessageId id, CancellationToken _) => Stored.GetValueOrDefault(id));
        store.Setup(one => one.Branch(It.IsAny<MessageId>(), It.IsAny<MessageId?>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((MessageId leaf, MessageId? from, CancellationToken _) => Branch(leaf, from));
        store.Setup(one => one.Add(It.IsAny<Message>())).Callback((Message added) => _collected.Add(() => Stored.Add(added.Id, added)));
        return store.Object;
    }

    private List<Message> Branch(MessageId leaf, MessageId? from)
    {
        List<Message> branch = [];
        for (MessageId? at = leaf; at is { } id; at = id == from ? null : Stored[id].ParentId)
        {
            branch.Insert(0, Stored[id]);
        }

        return branch;
    }

    private IRequestStore Requests()
    {
        var store = new Mock<IRequestStore>();
        store.Setup(one => one.Find(It.IsAny<RequestId>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((RequestId id, CancellationToken _) => Queue.TryGetValue(id, out var found) ? new RelayRequest(found, 1) : null);
        store.Setup(one => one.Save(It.IsAny<RelayRequest>()))
            .Callback((RelayRequest saved) => _collected.Add(() => Queue[saved.State.Id] = saved.State));
        store.Setup(one => one.CountQueued(It.IsAny<int>(), It.IsAny<CancellationToken>())).ReturnsAsync(3);
        return store.Object;
    }

    private IReplyLog Log()
    {
        var log = new Mock<IReplyLog>();
        log.Setup(one => one.Append(It.IsAny<RequestId>(), It.IsAny<ReplyEvent>()))
            .Callback((RequestId _, ReplyEvent happened) => _collected.Add(() => Events.Add(happened)));
        log.Setup(one => one.Read(It.IsAny<RequestId>(), It.IsAny<long>(), It.IsAny<int>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((RequestId _, long after, int _, CancellationToken _) => [.. Events.Where(happened => happened.Id > after)]);
        return log.Object;
    }

    private IOutbox Outbox()
    {
        var outbox = new Mock<IOutbox>();
        outbox.Setup(one => one.Add(It.IsAny<OutboxItem>())).Callback((OutboxItem row) => _collected.Add(() => Rows.Add(row)));
        outbox.Setup(one => one.Remove(It.IsAny<Guid>())).Callback((Guid id) => _collected.Add(() => Rows.RemoveAll(row => row.Id == id)));
        return outbox.Object;
    }

    private IIdempotencyStore Keys()
    {
        var store = new Mock<IIdempotencyStore>();
        store.Setup(one => one.Find(Anna, It.IsAny<string>(), It.IsAny<string>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((UserId _, string _, string key, CancellationToken _) => _keys.GetValueOrDefault(key));
        store.Setup(one => one.Add(It.IsAny<IdempotencyRecord>()))
            .Callback((IdempotencyRecord record) => _collected.Add(() => _keys.Add(record.Key, record)));
        return store.Object;
    }

    private IDefaultStore Defaults()
    {
        var store = new Mock<IDefaultStore>();
        store.Setup(one => one.Find(It.IsAny<UserId>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync((UserId user, CancellationToken _) => new UserDefaults(user) { SystemPrompt = SystemPrompt });
        return store.Object;
    }

    /// <summary>There are none.</summary>
    private static IPlaceStore Places()
    {
        var store = new Mock<IPlaceStore>();
        store.Setup(one => one.List(It.IsAny<CancellationToken>())).ReturnsAsync([]);
        return store.Object;
    }

    /// <summary>There are none.</summary>
    private static ILimitStore Limits()
    {
        var store = new Mock<ILimitStore>();
        store.Setup(one => one.List(It.IsAny<CancellationToken>())).ReturnsAsync([]);
        return store.Object;
    }

    private IWorkerRegistry Workers()
    {
        var registry = new Mock<IWorkerRegistry>();
        registry.Setup(one => one.List())
            .Returns(() => [new(new("anna-mac"), "in_process", "ab", [Model()], 1, Free ? 1 : 0, false, null)]);
        registry.Setup(one => one.FindModel(It.IsAny<string?>())).Returns(Model);
        registry.Setup(one => one.TryReserve(It.IsAny<WorkerId>(), It.IsAny<RequestId>(), It.IsAny<CancellationToken>()))
            .Callback(() => Journal.Add("reserve"))
            .ReturnsAsync(true);
        registry.Setup(one => one.Release(It.IsAny<RequestId>())).Callback(() => Journal.Add("release"));
        return registry.Object;
    }

    private ModelDescriptor Model() => new() { Name = "tiny", ContextSize = ContextSize, Slots = 1, SizeBytes = 1 };

    private IRelayCarrier Carrier()
    {
        var carrier = new Mock<IRelayCarrier>();
        carrier.Setup(one => one.Name).Returns("in_process");
        carrier.Setup(one => one.Reaches(It.IsAny<WorkerId>())).Returns(true);
        carrier.Setup(one => one.Send(It.IsAny<WorkerId>(), It.IsAny<ToWorker>(), It.IsAny<CancellationToken>()))
            .Returns((WorkerId _, ToWorker message, CancellationToken _) =>
            {
                Journal.Add(message is Cancel ? "cancel" : "send");
                Sent.AddRange(new[] { message }.OfType<Infer>());
                return LostOnTheWay is { } lost ? Task.FromException(lost) : Task.CompletedTask;
            });
        return carrier.Object;
    }

    private IReplySignal Signal()
    {
        var signal = new Mock<IReplySignal>();
        signal.Setup(one => one.Raise(It.IsAny<RequestId>())).Callback(() => Journal.Add("signal"));
        return signal.Object;
    }

    private IUnitOfWork Work()
    {
        var work = new Mock<IUnitOfWork>();
        work.Setup(one => one.Commit(It.IsAny<CommitDurability>(), It.IsAny<CancellationToken>())).Returns(() =>
        {
            var writes = _collected.ToArray();
            _collected.Clear();
            if (Failures.TryDequeue(out var failure))
            {
                Journal.Add("commit!");
                Failed();
                return Task.FromException(failure);
            }

            Journal.Add("commit");
            Array.ForEach(writes, write => write());
            return Task.CompletedTask;
        });
        return work.Object;
    }
}
