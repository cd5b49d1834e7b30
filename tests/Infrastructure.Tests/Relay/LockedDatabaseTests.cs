using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>The database is locked for too long just when a worker has said something: it is stored later, and nothing is taken for stored before.</summary>
[TestFixture]
internal sealed class LockedDatabaseTests : ScriptedFixture
{
    private int _locked;

    [Test]
    public async Task The_end_of_an_answer_is_asked_for_again_before_it_is_acknowledged()
    {
        await Worker.SayHello();
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        await Worker.Say([new Accepted(request, 1), .. ScriptedWorker.Chunks(order, "Yes.")]);
        await Eventually.Is(async () => (await State(request)).NextChunk == 1);

        Lock(commits: 1);
        await Worker.Say(ScriptedWorker.End(order, "Yes."));
        await Worker.Hears<Resend>();
        Assert.That(Worker.HasHeard<Ack>(), Is.False, "A worker forgets what it has an acknowledgement for.");

        await Worker.Say([.. ScriptedWorker.Chunks(order, "Yes."), ScriptedWorker.End(order, "Yes.")]);
        await Worker.Hears<Ack>();
        var (answer, _) = await OneEnd(session, request);
        Assert.That((answer.Status, answer.Text), Is.EqualTo((MessageStatus.Complete, "Yes.")));
    }

    [Test]
    public async Task Text_and_end_that_come_together_are_asked_for_again()
    {
        await Worker.SayHello();
        var (session, request) = await Ask();
        var order = await Worker.Hears<Infer>();
        Lock(commits: 1);
        await Worker.Answer(order, "Yes", ".");
        await Worker.Hears<Resend>();
        Assert.That(Worker.HasHeard<Ack>(), Is.False);

        await Worker.Answer(order, "Yes", ".");
        await Worker.Hears<Ack>();
        var (answer, _) = await OneEnd(session, request);
        Assert.That((answer.Status, answer.Text), Is.EqualTo((MessageStatus.Complete, "Yes.")));
    }

    [Test]
    public async Task A_worker_that_says_hello_is_taken_in_as_soon_as_it_can_be_stored()
    {
        Lock(commits: 2);
        await Worker.SayHello();
        var (session, request) = await Ask();
        await Worker.Answer(await Worker.Hears<Infer>(), "Yes.");
        Assert.That((await OneEnd(session, request)).Answer.Status, Is.EqualTo(MessageStatus.Complete));
        Assert.That(_locked, Is.Zero);
    }

    protected override void Decorate(IServiceCollection services) =>
        services.AddScoped<IUnitOfWork>(scope => new LockedWork(scope.GetRequiredService<DbSession>(), this));

    private void Lock(int commits) => Volatile.Write(ref _locked, commits);

    /// <summary>As a file is that somebody else writes in for longer than five seconds.</summary>
    private sealed class LockedWork(DbSession inner, LockedDatabaseTests test) : IUnitOfWork
    {
        public Task Commit(CommitDurability durability, CancellationToken cancellationToken)
        {
            if (Interlocked.Decrement(ref test._locked) >= 0)
            {
                throw new LockTimeoutException(new TimeoutException("Somebody else writes."));
            }

            Volatile.Write(ref test._locked, 0);
            return inner.Commit(durability, cancellationToken);
        }
    }
}
