using MeatLizard.Application;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>The worker is told while the turn is committed: what comes of it when that commit takes its time, fails, or is there although it reported a failure.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UncertainCommitTests
{
    private static readonly (string Name, string Value) Key = ("Idempotency-Key", "the same");

    private readonly Commits _commits = new();

    private ApiHost _host = null!;
    private ApiClient _anna = null!;
    private string _path = "";

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start(
            [.. ApiHost.WithOwner, "--Relay:AcknowledgeWithin=00:00:01"],
            services => services.AddScoped<IUnitOfWork>(provider => new Work(provider.GetRequiredService<DbSession>(), _commits)));
        _anna = await _host.Member("anna");
        _path = $"/api/v1/sessions/{await _anna.OpenSession()}/messages";
    }

    [TearDown]
    public async Task Stop()
    {
        _anna.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task The_worker_is_at_it_before_the_commit_is_there_and_is_heard_after_it()
    {
        var disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _commits.Next = async commit =>
        {
            await disk.Task;
            await commit();
        };
        var saying = _anna.Post(_path, new { content = "echo me" }, ("Prefer", "wait=30"));
        await Eventually.Is(() => _host.Engine.Asked == 1 && _host.Engine.Running == 0);
        Assert.That(saying.IsCompleted, Is.False, "all is said, and nobody was told");
        disk.SetResult();
        var answer = await saying;
        Assert.That((answer.Status, _host.Engine.Asked), Is.EqualTo((200, 1)), answer.Text);
        Assert.That(answer.Text, Does.Contain("echo me"));
    }

    [Test]
    public async Task When_it_fails_the_worker_stops_and_the_next_question_finds_it_free()
    {
        _host.Engine.Hold();
        _commits.Next = _ => throw new IOException("The disk is full.");
        Assert.That((await _anna.Post(_path, new { content = "hold this" }, Key)).Status, Is.EqualTo(500));
        await Eventually.Is(() => _host.Engine is { Asked: 1, Running: 0 });
        _host.Engine.Release();
        var again = await _anna.Post(_path, new { content = "hold this" }, Key, ("Prefer", "wait=30"));
        Assert.That((again.Status, _host.Engine.Asked), Is.EqualTo((200, 2)), again.Text);
        Assert.That((await Messages()).GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task When_it_is_there_although_it_reported_a_failure_somebody_is_asked_again()
    {
        _commits.Next = async commit =>
        {
            await commit();
            throw new IOException("The connection is lost.");
        };
        Assert.That((await _anna.Post(_path, new { content = "echo me whole" }, Key)).Status, Is.EqualTo(500));
        var again = await _anna.Post(_path, new { content = "echo me whole" }, Key, ("Prefer", "wait=30"));
        Assert.That((again.Status, _host.Engine.Asked), Is.EqualTo((200, 2)), again.Text);
        var messages = await Messages();
        Assert.That(messages.GetArrayLength(), Is.EqualTo(2), "said once, answered once");
        Assert.That(messages[1].GetProperty("status").GetString(), Is.EqualTo("complete"));
        Assert.That(messages[1].GetProperty("text").GetString(), Does.Contain("echo me whole"));
    }

    private async Task<System.Text.Json.JsonElement> Messages() => (await _anna.Get(_path)).Json.GetProperty("items");

    /// <summary>What is done with the next commit that must be on the disk.</summary>
    private sealed class Commits
    {
        private Func<Func<Task>, Task>? _next;

        public Func<Func<Task>, Task>? Next
        {
            set => _next = value;
        }

        public Func<Func<Task>, Task>? Take() => Interlocked.Exchange(ref _next, null);
    }

    private sealed class Work(DbSession session, Commits commits) : IUnitOfWork
    {
        public Task Commit(CommitDurability durability, CancellationToken cancellationToken)
        {
            Task Do() => session.Commit(durability, cancellationToken);
            return durability == CommitDurability.Synced && commits.Take() is { } next ? next(Do) : Do();
        }
    }
}
