using MeatLizard.Testing.Models;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>By llama-server's own figures: what a turn costs when its session finds its slot again.</summary>
internal sealed class PromptCacheTests
{
    // The words that the chat template puts around two messages and before the answer; every byte may be a token of its own.
    private const int Template = 70;

    private string _folder = "";

    [SetUp]
    public void NewFolder()
    {
        _folder = EngineUnderTest.NewFolder();
        TestModel.Write(Path.Combine(_folder, "tiny.gguf"), new TestModelOptions { ContextSize = 8192 });
    }

    [Test]
    public async Task Two_sessions_that_take_turns_pay_only_for_what_is_new()
    {
        // Without the store of prompts that llama-server keeps beside its slots, only the right slot can be quick.
        WithoutStore();
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:Slots", "3"));
        var sessions = new[] { new Talk("a", 2000), new Talk("b", 2000) };
        foreach (var talk in sessions)
            Assert.That((await talk.TurnAsync(engine, "begin")).Answer.Processed, Is.GreaterThan(2000));
        for (var round = 0; round < 4; round++)
        {
            Array.Reverse(sessions);
            foreach (var talk in sessions)
            {
                var (answer, last, asked) = await talk.TurnAsync(engine, $"and then, {round}?");
                Assert.That(answer.Processed, Is.LessThanOrEqualTo(last + asked + Template));
                Assert.That(answer.Cached, Is.GreaterThan(1900));
            }
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Twelve_sessions_on_four_slots_share_what_they_can(bool store)
    {
        if (!store)
            WithoutStore();
        await using var engine = EngineUnderTest.Real(_folder, ("Inference:Slots", "4"));
        var sessions = Enumerable.Range(0, 12).Select(x => new Talk($"s{x}", 1000)).ToArray();
        foreach (var talk in sessions)
            _ = await talk.TurnAsync(engine, "begin");
        long cached = 0, prefix = 0;
        for (var round = 0; round < 3; round++)
        {
            foreach (var turns in sessions.Chunk(4))
            {
                prefix += turns.Sum(x => x.Prompt);
                var before = turns.Select(x => x.Prompt).ToArray();
                var answers = await Task.WhenAll(turns.Select(x => x.TurnAsync(engine, "and then?")));
                cached += answers.Select((x, i) => Math.Min(x.Answer.Cached, before[i])).Sum();
            }
        }
        var share = (double)cached / prefix;
        TestContext.Out.WriteLine(
            $"12 sessions on 4 slots, {(store ? "with" : "without")} llama-server's store: {share:P0} of the prefix was not processed again.");
        Assert.That(share, Is.GreaterThan(store ? 0.9 : 0));
    }

    private void WithoutStore() =>
        File.WriteAllText(Path.Combine(_folder, "tiny.json"), """{"arguments": ["--cache-ram", "0"]}""");

    private sealed class Talk(string session, int history)
    {
        // Digits are tokens of their own, whatever stands around them.
        private readonly List<ChatMessage> _messages =
        [
            new(ChatRole.System, $"{session}: " + string.Concat(Enumerable.Range(0, history).Select(x => (char)('0' + x * 7 % 10)))),
        ];

        private int _last;

        /// <summary>Tokens of the last prompt: with the next one they are the prefix.</summary>
        public long Prompt { get; private set; }

        public async Task<(Answer Answer, int Last, int Asked)> TurnAsync(EngineUnderTest engine, string question)
        {
            _messages.Add(new ChatMessage(ChatRole.User, question));
            var answer = await engine.AskAsync(_messages, session, most: 60);
            _messages.Add(new ChatMessage(ChatRole.Assistant, answer.Text));
            Prompt = answer.Usage.InputTokenCount!.Value;
            var last = _last;
            // Said again it may be cut into more tokens than it was made of, one for each byte at most.
            _last = answer.Text.Length;
            return (answer, last, question.Length);
        }
    }
}
