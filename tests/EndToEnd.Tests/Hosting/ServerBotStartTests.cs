namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>What the server bot's console says when it cannot start as it is set up.</summary>
[TestFixture]
internal sealed class ServerBotStartTests
{
    private static readonly string Bot = Path.Combine(AppContext.BaseDirectory, "MeatLizard.Presentation.DiscordServer.dll");

    [TestCase("--Storage:Provider=Nonsense", "Storage:Provider")]
    [TestCase("--Relay:WorkerGrace=soon", "Relay:WorkerGrace")]
    [TestCase("--Relay:WorkerGrace=-00:00:01", "Relay:WorkerGrace")]
    public async Task A_wrong_value_is_said_in_a_sentence_that_names_its_key(string argument, string key)
    {
        using var folder = new Testing.TestFolder();
        var (code, said) = await Shell.Try("dotnet", Bot, $"--DataFolder={folder.File("data")}", argument);
        Assert.That(code, Is.EqualTo(2), said);
        Assert.That(said, Does.Contain(key).And.Not.Contain("   at "));
    }
}
