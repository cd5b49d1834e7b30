using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using Moq;

namespace MeatLizard.Application.Tests.Relay;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class GivenOutTests
{
    private static readonly WorkerId Worker = new("anna-mac");

    private readonly GivenOut _givenOut = new();
    private readonly Mock<IRequestStore> _requests = new();

    private readonly RelayRequest _request = RelayRequest.Queue(
        new(
            new(Guid.NewGuid()),
            Branches.Session,
            Stage.Anna,
            new MessageId(Guid.NewGuid()),
            new MessageId(Guid.NewGuid()),
            new RequestSettings { Model = "tiny" },
            new RelayOptions().Deadlines,
            2),
        Branches.Now);

    public GivenOutTests() => _request.Dispatch(new(OriginKind.Worker, Worker.Value, "tiny", "ab"), 2, Branches.Now);

    [Test]
    public async Task A_worker_that_was_told_before_the_commit_is_heard_when_it_is_there()
    {
        _givenOut.Begin(_request.State.Id);
        var heard = MayBeHeard();
        Assert.That(heard.IsCompleted, Is.False);
        _givenOut.Kept(_request);
        Assert.That(await heard, Is.True);
        _requests.VerifyNoOtherCalls();
    }

    [Test]
    public async Task Without_the_commit_it_is_not_heard_though_it_should_be_stored_all_the_same()
    {
        _requests.Setup(store => store.Find(_request.State.Id, It.IsAny<CancellationToken>())).ReturnsAsync(_request);
        _givenOut.Begin(_request.State.Id);
        var heard = MayBeHeard();
        _givenOut.Withdrawn(_request.State.Id, _request.State.Attempt);
        Assert.That(await heard, Is.False);
        Assert.That(await MayBeHeard(), Is.False, "what it says later");
    }

    [Test]
    public async Task The_attempt_after_it_is_heard()
    {
        _givenOut.Begin(_request.State.Id);
        _givenOut.Withdrawn(_request.State.Id, _request.State.Attempt - 1);
        _givenOut.Remember(_request);
        Assert.That(await MayBeHeard(), Is.True);
    }

    [Test]
    public void Whoever_waits_to_be_heard_may_leave()
    {
        using var leaving = new CancellationTokenSource();
        _givenOut.Begin(_request.State.Id);
        var heard = MayBeHeard(leaving.Token);
        leaving.Cancel();
        Assert.That(() => heard, Throws.InstanceOf<OperationCanceledException>());
    }

    private Task<bool> MayBeHeard(CancellationToken cancellationToken = default) => new AttemptMemory().MayBeHeard(
        Worker, _request.State.Id, _request.State.Attempt, _givenOut, _requests.Object, cancellationToken);
}
