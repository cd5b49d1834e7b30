using System.Text;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Storage.Journal;
using MeatLizard.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>The journal on the disk: what is there after the process is gone, and what is not.</summary>
[TestFixture]
internal sealed class JournalTests
{
    private static readonly RequestId Request = new(Guid.Parse("0192f0c1-2233-7445-8899-aabbccddeeff"));

    private TestFolder _folder = null!;
    private StoppedClock _clock = null!;
    private JournalFile _file = null!;
    private DiskJobs _jobs = null!;

    [SetUp]
    public void Begin()
    {
        _folder = new TestFolder();
        _clock = new StoppedClock();
        Open();
    }

    [TearDown]
    public void End()
    {
        Kill();
        _folder.Dispose();
    }

    [Test]
    public void Vectors_and_their_end_are_said_again()
    {
        Take(1);
        _jobs.Keep(new Embedding(Request, 1, 0, [0.5f, -1]));
        _jobs.Keep(new Embedding(Request, 1, 1, [2]));
        _jobs.Keep(JournalSamples.Done(Request, 1, 0));
        Restart();
        var said = _jobs.Said(Request, 1, 0);
        Assert.That(said.Select(message => message.GetType()), Is.EqualTo([typeof(Embedding), typeof(Embedding), typeof(Done)]));
        Assert.That(((Embedding)said[0]).Vector, Is.EqualTo([0.5f, -1]));
    }

    [Test]
    public void What_was_running_fails_and_keeps_what_was_written()
    {
        Take(1);
        Say(0, "One");
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Say(1, " lost");
        Restart();

        var said = _jobs.Said(Request, 1, 0);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_jobs.Kept(), Is.EqualTo([(Request, 1)]));
            Assert.That(_jobs.CountOpen(), Is.Zero, "it is never continued");
            Assert.That(said, Has.Count.EqualTo(2));
            Assert.That(((Chunk)said[0]).Text, Is.EqualTo("One"));
            Assert.That(said[1], Is.InstanceOf<Failed>().With.Property(nameof(Failed.Code)).EqualTo("worker_restarted")
                .And.Property(nameof(Failed.Retryable)).True.And.Property(nameof(Failed.Chunks)).EqualTo(1));
        }

        Restart();
        Assert.That(_jobs.Said(Request, 1, 0).Select(message => message.GetType()), Is.EqualTo([typeof(Chunk), typeof(Failed)]), "killed again");
    }

    [Test]
    public void What_was_accepted_and_nothing_more_fails()
    {
        Take(1);
        Restart();
        Assert.That(_jobs.Said(Request, 1, 0), Is.EqualTo([new Failed(
            Request, 1, "worker_restarted", "The worker was restarted while it was answering. Try again.", Retryable: true)]));
        Assert.That(_jobs.TryAdd(InferenceJob.Accept(Request, 1, "echo")), Is.False, "the same order again is none");
    }

    [Test]
    public void What_had_ended_is_said_again_as_it_was()
    {
        var job = Take(1);
        Say(0, "Ünd \"𝄞\" \u2028");
        Say(1, " so on");
        job.Start();
        job.Succeed();
        var done = JournalSamples.Done(Request, 1, 2);
        _jobs.Keep(done);
        var before = _jobs.Said(Request, 1, 0);
        Restart();

        var after = _jobs.Said(Request, 1, 0);
        Assert.That(after.Take(2), Is.EqualTo(before.Take(2)));
        Assert.That(((Done)after[2]).PartHashes, Is.EqualTo(done.PartHashes));
        Assert.That((Done)after[2] with { PartHashes = done.PartHashes }, Is.EqualTo(done));
    }

    [Test]
    public void Text_is_written_within_a_quarter_of_a_second_and_not_with_every_chunk()
    {
        Take(1);
        Say(0, "One");
        Assert.That(Copy(), Does.Not.Contain("One"));
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.That(Copy(), Does.Contain("One"));
    }

    [Test]
    public void What_the_server_has_is_nowhere_on_the_disk_any_more()
    {
        var job = Take(1);
        Say(0, "canary-1234567 " + new string('x', 20_000));
        job.Start();
        job.Succeed();
        _jobs.Keep(JournalSamples.Done(Request, 1, 1));
        Assert.That(Copy(), Does.Contain("canary-1234567"));
        _jobs.Forget(Request, 1);
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        Assert.That(Copy(), Does.Not.Contain("canary-1234567").And.Not.Contain("xxxxxxxx"));
        Restart();
        Assert.That(_jobs.Kept(), Is.Empty);
    }

    [Test]
    public void What_was_kept_for_another_server_is_thrown_away()
    {
        Take(1);
        Kill();
        Open("anna-mac of elsewhere");
        Assert.That(_jobs.Kept(), Is.Empty);
    }

    [Test]
    public void What_is_no_journal_is_begun_anew()
    {
        Kill();
        File.WriteAllText(_folder.File("worker/journal.db"), new string('?', 5000));
        Open();
        Take(1);
        Restart();
        Assert.That(_jobs.Kept(), Is.EqualTo([(Request, 1)]));
    }

    [Test]
    public void A_journal_of_another_version_is_begun_anew()
    {
        Take(1);
        _file.Write([new("", "PRAGMA user_version = 99")]);
        Restart();
        Assert.That(_jobs.Kept(), Is.Empty);
    }

    [Test]
    public void Two_workers_share_no_folder() => Assert.That(
        () => new JournalFile(new(_folder.File("worker"), "anna-mac"), NullLogger<JournalFile>.Instance),
        Throws.InstanceOf<JournalTakenException>().With.Message.Contains("Another worker runs on the folder"));

    [Test]
    public void A_folder_that_was_claimed_before_outlasts_its_journal()
    {
        var folder = _folder.File("claimed");
        using (var claim = FolderClaim.Take(folder))
        {
            new JournalFile(new(folder, "anna-mac") { Claim = claim }, NullLogger<JournalFile>.Instance).Dispose();
            Assert.That(() => FolderClaim.Take(folder), Throws.InstanceOf<JournalTakenException>());
        }

        Assert.That(() => FolderClaim.Take(folder).Dispose(), Throws.Nothing);
    }

    [Test]
    public void Nobody_else_may_read_it()
    {
        Take(1);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var path in Directory.GetFiles(_folder.File("worker"), "journal.db*"))
        {
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), path);
        }

        Assert.That(
            File.GetUnixFileMode(_folder.File("worker")),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    private InferenceJob Take(int attempt)
    {
        var job = InferenceJob.Accept(Request, attempt, "echo");
        Assert.That(_jobs.TryAdd(job), Is.True);
        return job;
    }

    private void Say(int sequence, string text) => _jobs.Keep(JournalSamples.Chunk(Request, 1, sequence, text));

    private void Open(string owner = "anna-mac")
    {
        _file = new(new(_folder.File("worker"), owner), NullLogger<JournalFile>.Instance);
        _jobs = new(_file, _clock, NullLogger<DiskJobs>.Instance);
    }

    /// <summary>Without what an orderly end would still write.</summary>
    private void Kill() => _file.Dispose();

    private void Restart()
    {
        Kill();
        Open();
    }

    /// <summary>All that stands in the journal's files.</summary>
    private string Copy() => string.Concat(Directory.GetFiles(_folder.File("worker"), "journal.db*").Select(Text));

    private static string Text(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
