using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Relay;

namespace MeatLizard.Infrastructure.Tests.Relay;

/// <summary>What a turn costs the real llama-server, by its own count of the tokens it had cached.</summary>
[TestFixture]
internal sealed class PromptCacheTests
{
    private const int ContextSize = 2048;

    private TestFolder _folder = null!;
    private RelayHost _host = null!;
    private RelayHost _long = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _folder = new TestFolder();
        TestModel.Write(_folder.File("models/tiny.gguf"), new TestModelOptions { Name = "tiny", ContextSize = 8192 });
        Directory.CreateDirectory(_folder.File("long"));
        _long = await (await RelayHost.Start(
            _folder.File("long"), new Dictionary<string, string?> { ["Inference:Models"] = _folder.File("models") })).WithModel();
        _host = await (await RelayHost.Start(_folder, new Dictionary<string, string?> { ["Inference:ContextSize"] = "2048" })).WithModel();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        await _long.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Turns_after_a_trim_pay_only_for_what_is_new()
    {
        var session = await _host.OpenSession(systemPrompt: "You are a lizard.");
        TokenUsage? before = null;
        var turnsSinceTrim = -1;
        List<string> table = [];
        for (var turn = 0; turn < 120 && turnsSinceTrim < 5; turn++)
        {
            var text = $"Turn {turn}: " + new string('x', 12);
            var submitted = await _host.Say(session, text);
            var events = await _host.ReadToEnd(submitted.Request.Id);
            var answer = (await _host.Messages(session))[^1];
            Assert.That(answer.Status, Is.EqualTo(MessageStatus.Complete), answer.Error?.Message);
            var usage = answer.Usage!;
            var trimmed = events.OfType<ReplyNotice>().Any(notice => notice.Code == "context_trimmed");
            turnsSinceTrim = trimmed ? 0 : turnsSinceTrim < 0 ? -1 : turnsSinceTrim + 1;
            var paid = usage.PromptTokens - usage.CachedTokens;
            table.Add($"turn {turn}: prompt {usage.PromptTokens}, paid {paid}{(trimmed ? ", trimmed" : string.Empty)}");
            if (before is not null && !trimmed)
            {
                Assert.That(paid, Is.LessThanOrEqualTo(New(before, usage)), string.Join('\n', table));
            }

            Assert.That(usage.PromptTokens, Is.LessThanOrEqualTo(ContextSize), string.Join('\n', table));
            before = usage;
        }

        await TestContext.Out.WriteLineAsync(string.Join('\n', table));
        Assert.That(turnsSinceTrim, Is.EqualTo(5), "five turns followed a trim without another one");
    }

    [Test]
    public async Task Two_sessions_taking_turns_keep_their_caches()
    {
        var sessions = new[] { await _long.OpenSession(Story('a')), await _long.OpenSession(Story('b')) };
        var before = new TokenUsage?[2];
        for (var turn = 0; turn < 6; turn++)
        {
            for (var i = 0; i < 2; i++)
            {
                await _long.ReadToEnd((await _long.Say(sessions[i], $"And now number {turn}?")).Request.Id);
                var usage = (await _long.Messages(sessions[i]))[^1].Usage!;
                if (before[i] is { } last)
                {
                    Assert.That(last.PromptTokens, Is.GreaterThan(2000), "There is a history worth keeping.");
                    Assert.That(usage.PromptTokens - usage.CachedTokens, Is.LessThanOrEqualTo(New(last, usage)));
                }

                before[i] = usage;
            }
        }
    }

    /// <summary>
    /// By llama-server's own count: what a prompt has that the one before had not, which is the last answer, the new message and what the template puts around
    /// them.
    /// </summary>
    private static int New(TokenUsage before, TokenUsage now) => now.PromptTokens - before.PromptTokens;

    /// <summary>The test model's tokens are letters.</summary>
    private static string Story(char letter) => new(letter, 2100);
}
