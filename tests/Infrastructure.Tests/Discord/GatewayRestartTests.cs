using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Limiting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>What outlives a process.</summary>
[TestFixture]
internal sealed class GatewayRestartTests : StandInFixture
{
    [Test]
    public async Task The_next_process_resumes_and_hears_what_was_said_meanwhile()
    {
        var first = NewBot();
        await first.Connected();
        _ = Olga.Post(GeneralRoom, "before");
        await Eventually.Is(() => first.Said.Count == 1);
        await first.DisposeAsync();
        _ = Olga.Post(GeneralRoom, "meanwhile");

        var second = NewBot();
        await second.Connected();
        await Eventually.Is(() => second.Said.Count == 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Said, Is.EqualTo(new[] { "meanwhile" }));
            Assert.That((AtGateway("identify"), AtGateway("resume"), AtGateway("resume-elsewhere")), Is.EqualTo((1, 1, 0)));
            Assert.That(second.Heard, Has.None.InstanceOf<EventsMissed>());
            Assert.That(second.Gateway.Status.IdentifiesLeft, Is.EqualTo(19));
        }
    }

    [Test]
    public async Task What_the_reader_was_not_done_with_is_told_again()
    {
        var first = NewBot();
        await first.Connected();
        var held = new TaskCompletionSource();
        first.OnEvent = one => one is MessageCreated { Message.Content: "second" } ? held.Task : Task.CompletedTask;
        foreach (var text in new[] { "first", "second", "third" })
        {
            _ = Olga.Post(GeneralRoom, text);
        }

        // A process that is killed leaves the file as it is while the reader is at the second.
        await Eventually.Is(() => File.ReadAllText(StateFile).Contains("\"sequence\":4", StringComparison.Ordinal));
        File.Copy(StateFile, StateFile + ".then");
        held.SetResult();
        await first.DisposeAsync();

        var second = NewBot(change: options => options with { StateFile = StateFile + ".then" });
        await second.Connected();
        await Eventually.Is(() => second.Said.Count == 2);
        Assert.That(second.Said, Is.EqualTo(new[] { "second", "third" }));
    }

    [Test]
    public async Task Another_tokens_session_is_not_resumed()
    {
        var first = NewBot();
        await first.Connected();
        await first.DisposeAsync();
        const string Other = "another.token.of-the-same-bot";
        StandIn.World.Applications[DiscordStandIn.Guilds.DefaultWorld.ServerBot].ResetToken(Other);
        var second = NewBot(change: options => options with { Token = Other });
        await second.Connected();
        await Eventually.Is(() => second.Heard.Any(one => one is GatewayReady), TimeSpan.FromSeconds(20));
        Assert.That((AtGateway("identify"), AtGateway("resume")), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task The_state_is_its_owners_alone_and_holds_no_token()
    {
        var bot = NewBot();
        await bot.Connected();
        var text = await File.ReadAllTextAsync(StateFile);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(StateFile), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(text, Does.Not.Contain(bot.Options.Token));
            Assert.That(Directory.GetFiles(Path.GetDirectoryName(StateFile)!), Has.Length.EqualTo(1));
        }
    }

    [Test]
    public async Task A_state_that_is_garbage_begins_anew()
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(StateFile)!);
        await File.WriteAllTextAsync(StateFile, "{\"token\":");
        var bot = NewBot();
        await bot.Connected();
        Assert.That(AtGateway("identify"), Is.EqualTo(1));
    }

    [Test]
    public async Task Where_the_state_cannot_be_written_no_session_is_begun()
    {
        var folder = Path.GetDirectoryName(StateFile)!;
        _ = Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await File.WriteAllTextAsync(folder, "a file where a folder should be");
        var bot = NewBot();
        _ = bot.Listen();
        await Eventually.Is(() => bot.Gateway.Status.Problem?.Contains("cannot be written", StringComparison.Ordinal) == true);
        Assert.That(AtGateway("identify"), Is.Zero);
    }

    [Test]
    public async Task When_Discord_allows_no_new_session_it_waits_and_says_until_when()
    {
        StandIn.Limits.Identify = new RateLimit(0, TimeSpan.FromHours(24));
        var bot = NewBot();
        _ = bot.Listen();
        await Eventually.Is(() => bot.Gateway.Status.State == DiscordGatewayState.Waiting);
        var status = bot.Gateway.Status;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.Problem, Does.Contain("budget").And.Contain("UTC"));
            Assert.That(status.IdentifiesLeft, Is.Zero);
            Assert.That(AtGateway("identify"), Is.Zero);
        }
    }
}
