using System.Text.Json;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Tests.Conversations;

internal sealed class PromptComposerTests
{
    private static readonly RequestSettings Plain = new();

    [Test]
    public void The_same_branch_and_settings_give_the_same_prompt_byte_for_byte()
    {
        var settings = new RequestSettings { SystemPrompt = "Be brief.\r\n" };
        var branch = Branches.Of("Hi 🦎", " Hello. ", "And?\u0301");
        var first = Bytes(PromptComposer.Compose(settings, branch, null));

        // As after a restart: the same words in other objects.
        var loaded = branch.Select(message => message with { Parts = [new TextPart(string.Concat(message.Text))] }).ToArray();
        Assert.That(Bytes(PromptComposer.Compose(settings with { }, loaded, null)), Is.EqualTo(first));
    }

    [Test]
    public void Every_prompt_begins_with_the_one_before_it_so_that_the_engine_knows_it()
    {
        var settings = new RequestSettings { SystemPrompt = "Be brief." };
        var branch = Branches.Of("one", "two", "three", "four", "five");
        var before = Said(PromptComposer.Compose(settings, [.. branch.Take(3)], null));
        Assert.That(Said(PromptComposer.Compose(settings, branch, null)).Take(before.Length), Is.EqualTo(before));
    }

    [Test]
    public void A_system_prompt_comes_first_and_a_blank_one_not_at_all()
    {
        var branch = Branches.Of("Hi");
        Assert.That(
            Said(PromptComposer.Compose(new() { SystemPrompt = "Be brief." }, branch, null)),
            Is.EqualTo([(MessageRole.System, "Be brief."), (MessageRole.User, "Hi")]));
        Assert.That(Said(PromptComposer.Compose(new() { SystemPrompt = " \n" }, branch, null)), Is.EqualTo([(MessageRole.User, "Hi")]));
    }

    [Test]
    public void A_question_whose_answer_never_came_is_asked_together_with_the_next_so_that_roles_alternate()
    {
        var prompt = PromptComposer.Compose(Plain, Branches.Of("one", "", "two", "", "three", "answer", "four"), null);
        Assert.That(
            Said(prompt),
            Is.EqualTo([(MessageRole.User, "one\n\ntwo\n\nthree"), (MessageRole.Assistant, "answer"), (MessageRole.User, "four")]));
    }

    [Test]
    public void No_two_turns_of_one_role_stand_side_by_side([Range(0, 30)] int seed)
    {
        var random = new Random(seed);
        string[] words = ["", "a", "b", ""];
        var branch = Enumerable.Range(0, 12)
            .Select(_ => Branches.Said(random.Next(2) == 0 ? MessageRole.User : MessageRole.Assistant, words[random.Next(words.Length)]))
            .ToArray();
        var roles = PromptComposer.Compose(new() { SystemPrompt = "s" }, branch, null).Select(message => message.Role).ToArray();
        Assert.That(roles.Zip(roles.Skip(1)).Where(pair => pair.First == pair.Second), Is.Empty);
    }

    [Test]
    public void What_is_carried_on_is_the_last_word()
    {
        var cut = Branches.Said(MessageRole.Assistant, "Once upon", status: MessageStatus.Partial);
        Assert.That(
            Said(PromptComposer.Compose(Plain, Branches.Of("A tale!"), cut)),
            Is.EqualTo([(MessageRole.User, "A tale!"), (MessageRole.Assistant, "Once upon")]));
    }

    [Test]
    public void What_a_model_thought_aloud_is_not_shown_to_it_again()
    {
        var answer = Branches.Said(MessageRole.Assistant, "x") with { Parts = [new ReasoningPart("hm"), new TextPart("Yes.")] };
        Assert.That(
            Said(PromptComposer.Compose(Plain, [.. Branches.Of("Well?"), answer], null)),
            Is.EqualTo([(MessageRole.User, "Well?"), (MessageRole.Assistant, "Yes.")]));
    }

    [Test]
    public void Characters_are_UTF_16_units_of_all_that_is_sent()
    {
        var prompt = PromptComposer.Compose(new() { SystemPrompt = "abc" }, Branches.Of("🦎", "", "de"), null);
        Assert.That(PromptComposer.Characters(prompt), Is.EqualTo(3 + "🦎\n\nde".Length));
    }

    private static (MessageRole Role, string Text)[] Said(IReadOnlyList<PromptMessage> prompt) =>
        [.. prompt.Select(message => (message.Role, ((TextPart)message.Parts.Single()).Text))];

    private static byte[] Bytes(IReadOnlyList<PromptMessage> prompt) =>
        JsonSerializer.SerializeToUtf8Bytes(Said(prompt).Select(message => new[] { $"{message.Role}", message.Text }));
}
