using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Storage.Journal;
using MeatLizard.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>What every worker's journal keeps to, in memory or on the disk.</summary>
[TestFixture("memory")]
[TestFixture("disk")]
internal sealed class JournalContractTests(string kind)
{
    private static readonly RequestId Request = new(Guid.Parse("0192f0c1-2233-7445-8899-aabbccddeeff"));

    private TestFolder _folder = null!;
    private JournalFile? _file;
    private IInferenceJobs _jobs = null!;

    [SetUp]
    public void Open()
    {
        _folder = new TestFolder();
        if (kind == "disk")
        {
            _file = new(new(_folder.File("worker"), "anna-mac"), NullLogger<JournalFile>.Instance);
            _jobs = new DiskJobs(_file, TimeProvider.System, NullLogger<DiskJobs>.Instance);
        }
        else
        {
            _jobs = new MemoryJobs();
        }
    }

    [TearDown]
    public void Close()
    {
        (_jobs as IDisposable)?.Dispose();
        _file?.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void An_attempt_is_taken_on_once()
    {
        var job = Take(1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_jobs.TryAdd(InferenceJob.Accept(Request, 1, "echo")), Is.False);
            Assert.That(_jobs.Find(Request, 1), Is.SameAs(job));
            Assert.That(_jobs.Find(Request, 2), Is.Null);
            Assert.That(_jobs.TryAdd(InferenceJob.Accept(Request, 2, "echo")), Is.True, "another attempt is another job");
        }
    }

    [Test]
    public void Open_ones_are_counted()
    {
        var first = Take(1);
        Take(2);
        Assert.That(_jobs.CountOpen(), Is.EqualTo(2));
        first.Start();
        first.Succeed();
        Assert.That(_jobs.CountOpen(), Is.EqualTo(1));
    }

    [Test]
    public void What_was_said_is_said_again_from_wherever_it_is_asked_for()
    {
        Answer(Take(1), "One", " two", " three");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Texts(0), Is.EqualTo(["One", " two", " three"]));
            Assert.That(Texts(2), Is.EqualTo([" three"]));
            Assert.That(Texts(9), Is.Empty);
            Assert.That(_jobs.Said(Request, 1, 9), Has.One.InstanceOf<Done>(), "the end is always said");
            Assert.That(_jobs.Said(Request, 1, 0)[^1], Is.InstanceOf<Done>());
            Assert.That(_jobs.Said(Request, 2, 0), Is.Empty);
        }
    }

    [Test]
    public void Of_nobody_knows_what_nothing_is_kept()
    {
        _jobs.Keep(JournalSamples.Chunk(Request, 7, 0, "lost"));
        Assert.That(_jobs.Said(Request, 7, 0), Is.Empty);
        Assert.That(_jobs.Kept(), Is.Empty);
    }

    [Test]
    public void An_end_that_is_acknowledged_is_forgotten()
    {
        Answer(Take(1), "One");
        Take(2);
        Assert.That(_jobs.Kept(), Is.EqualTo([(Request, 1), (Request, 2)]));
        _jobs.Forget(Request, 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_jobs.Kept(), Is.EqualTo([(Request, 2)]));
            Assert.That(_jobs.Find(Request, 1), Is.Null);
            Assert.That(_jobs.Said(Request, 1, 0), Is.Empty);
        }
    }

    [Test]
    public void What_is_still_running_is_not_forgotten()
    {
        Take(1).Start();
        _jobs.Keep(JournalSamples.Chunk(Request, 1, 0, "One"));
        _jobs.Forget(Request, 1);
        Assert.That(Texts(0), Is.EqualTo(["One"]));
    }

    private InferenceJob Take(int attempt)
    {
        var job = InferenceJob.Accept(Request, attempt, "echo");
        Assert.That(_jobs.TryAdd(job), Is.True);
        return job;
    }

    private void Answer(InferenceJob job, params string[] texts)
    {
        job.Start();
        for (var i = 0; i < texts.Length; i++)
        {
            _jobs.Keep(JournalSamples.Chunk(Request, job.State.Attempt, i, texts[i]));
        }

        job.Succeed();
        _jobs.Keep(JournalSamples.Done(Request, job.State.Attempt, texts.Length));
    }

    private string[] Texts(int from) => [.. _jobs.Said(Request, 1, from).OfType<Chunk>().Select(chunk => chunk.Text)];
}
