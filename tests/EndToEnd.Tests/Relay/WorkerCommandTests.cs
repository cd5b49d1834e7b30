using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Infrastructure.Storage.Journal;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>What an operator is told by the worker's commands, before it is anybody's worker.</summary>
[TestFixture]
internal sealed class WorkerCommandTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void Start() => _folder = new();

    [TearDown]
    public void Stop() => _folder.Dispose();

    [Test]
    public async Task Check_finds_the_llama_server_that_was_fetched_into_its_folder()
    {
        FakeModel.Write(_folder.File("models"), "first", new FakeRun { Tokens = ["Yes."] });
        Directory.CreateDirectory(_folder.File("worker/llama/bin"));
        File.Move(TestLlama.StandIn(_folder), _folder.File("worker/llama/bin/llama-server"));
        var (code, said) = await WorkerProcess.Say("check", $"--DataFolder={_folder.File("worker")}", $"--Inference:Models={_folder.File("models")}");
        Assert.That(said, Does.Contain("first: answers"));
        Assert.That(code, Is.Zero);
    }

    [Test]
    public async Task Nobody_is_enrolled_into_the_folder_of_a_worker_that_runs()
    {
        using var running = FolderClaim.Take(_folder.File("worker"));
        var (code, said) = await WorkerProcess.Say("enrol", "http://127.0.0.1:1/#7Q2MX", $"--DataFolder={_folder.File("worker")}");
        Assert.That(code, Is.EqualTo(1), said);
        Assert.That(said, Does.StartWith("Another worker runs on the folder"));
    }

    [TestCase("run", "--Worker:MinBattery=full", "Worker:MinBattery")]
    [TestCase("status", "--Server:Proxy=nowhere", "Server:Proxy")]
    [TestCase("check", "--Inference:Slots=many", "Inference:Slots")]
    [TestCase("check", "--Inference:Slots=0", "Inference:Slots")]
    public async Task A_wrong_value_is_said_in_a_sentence_that_names_its_key(string command, string argument, string key)
    {
        var (code, said) = await WorkerProcess.Say(command, $"--DataFolder={_folder.File("worker")}", argument);
        Assert.That(code, Is.EqualTo(2), said);
        Assert.That(said, Does.Contain(key).And.Not.Contain("   at "));
    }
}
