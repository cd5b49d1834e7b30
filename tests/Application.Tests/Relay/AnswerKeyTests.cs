using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Application.Tests.Relay;

internal sealed class AnswerKeyTests
{
    /// <summary>What a key goes by; and what doesn't shape the answer, or says whether there is to be a key at all.</summary>
    private static readonly string[] Known =
    [
        "Kind", "Model", "Messages", "Parameters", "Tools", "ToolChoice", "ParallelToolCalls", "ResponseFormat",
        "CacheKey", "Cache",
        "Temperature", "TopP", "MaxTokens", "Seed", "FrequencyPenalty", "PresencePenalty", "Stop",
        "Role", "Parts", "Images",
    ];

    private static readonly UserId User = new(Guid.Parse("0197a000-0000-7000-8000-000000000001"));

    private static readonly StatelessOrder Usual = new()
    {
        Model = "tiny",
        Messages = [new(MessageRole.System, [new TextPart("Be brief.")]), new(MessageRole.User, [new TextPart("Why?")])],
        Parameters = new GenerationOptions { Temperature = 0, Stop = ["ab", "c"] },
        Tools = """[{"type":"function","function":{"name":"look"}}]""",
        ToolChoice = "\"auto\"",
        ResponseFormat = """{"type":"json_object"}""",
    };

    /// <summary>Each differs from the usual one, and from every other, in something that shapes the answer.</summary>
    private static readonly Dictionary<string, StatelessOrder> Others = new()
    {
        ["kind"] = Usual with { Kind = InferKind.Embed },
        ["model"] = Usual with { Model = "tiny2" },
        ["a message more"] = Usual with { Messages = [.. Usual.Messages, Said("Why?")] },
        ["a message less"] = Usual with { Messages = [Usual.Messages[1]] },
        ["their order"] = Usual with { Messages = [Usual.Messages[1], Usual.Messages[0]] },
        ["a role"] = Usual with { Messages = [Usual.Messages[0], Usual.Messages[1] with { Role = MessageRole.Assistant }] },
        ["a letter's case"] = Usual with { Messages = [Usual.Messages[0], Said("why?")] },
        ["a space"] = Usual with { Messages = [Usual.Messages[0], Said("Why? ")] },
        ["another form of the same letter"] = Usual with { Messages = [Usual.Messages[0], Said("Why\u0301?")] },
        ["that letter in one"] = Usual with { Messages = [Usual.Messages[0], Said("Wh\u00fd?")] },
        ["half a character"] = Usual with { Messages = [Usual.Messages[0], Said("Why\ud800")] },
        ["another half"] = Usual with { Messages = [Usual.Messages[0], Said("Why\ud801")] },
        ["a text in two parts"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new TextPart("Wh"), new TextPart("y?")])] },
        ["those cut elsewhere"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new TextPart("W"), new TextPart("hy?")])] },
        ["a thought in place of a text"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new ReasoningPart("Why?")])] },
        ["a call"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new ToolCallPart("Why?", "", "")])] },
        ["a call of that name"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new ToolCallPart("", "Why?", "")])] },
        ["a result"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new ToolResultPart("Why?", "")])] },
        ["an image"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new ImagePart("image/png", "AAAA")])] },
        ["another image"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new ImagePart("image/png", "AAAB")])] },
        ["an image of another type"] = Usual with { Messages = [Usual.Messages[0], new(MessageRole.User, [new ImagePart("image/gif", "AAAA")])] },
        ["temperature"] = Options(Usual.Parameters with { Temperature = 0.1 }),
        ["no temperature"] = Options(Usual.Parameters with { Temperature = null }),
        ["top_p"] = Options(Usual.Parameters with { TopP = 0.1 }),
        ["max_tokens"] = Options(Usual.Parameters with { MaxTokens = 7 }),
        ["seed"] = Options(Usual.Parameters with { Seed = 7 }),
        ["frequency_penalty"] = Options(Usual.Parameters with { FrequencyPenalty = 0.1 }),
        ["presence_penalty"] = Options(Usual.Parameters with { PresencePenalty = 0.1 }),
        ["stop"] = Options(Usual.Parameters with { Stop = ["a", "bc"] }),
        ["no stop"] = Options(Usual.Parameters with { Stop = [] }),
        ["tools"] = Usual with { Tools = """[{"type":"function","function":{"name":"seek"}}]""" },
        ["the order of members, which the model sees"] = Usual with { Tools = """[{"function":{"name":"look"},"type":"function"}]""" },
        ["no tools"] = Usual with { Tools = null },
        ["tool_choice"] = Usual with { ToolChoice = "\"none\"" },
        ["parallel_tool_calls"] = Usual with { ParallelToolCalls = false },
        ["those allowed"] = Usual with { ParallelToolCalls = true },
        ["response_format"] = Usual with { ResponseFormat = """{"type":"text"}""" },
        ["no response_format"] = Usual with { ResponseFormat = null },
    };

    [Test]
    public void The_same_request_of_the_same_user_has_the_same_key()
    {
        var again = Usual with
        {
            Model = "TINY",
            Messages = [.. Usual.Messages.Select(message => message with { Parts = [.. message.Parts] })],
            Parameters = Usual.Parameters with { Temperature = -0.0 },
            Tools = """[ {"type" : "function", "function":{"name":"l\u006fok"} } ]""",
            CacheKey = "a slot of one's own",
            Cache = CacheUse.Use,
        };
        Assert.That(AnswerKey.Of(User, again), Is.EqualTo(AnswerKey.Of(User, Usual)));
        Assert.That(AnswerKey.Of(User, Usual)!.Hash, Has.Length.EqualTo(AnswerKey.HashLength).And.Match("^[0-9a-f]+$"));
    }

    [Test]
    public void Whatever_differs_makes_another_key()
    {
        var keys = Others.Append(new("nothing", Usual)).Select(other => (other.Key, AnswerKey.Of(User, other.Value)!.Hash)).ToArray();
        var alike = keys.GroupBy(each => each.Hash).Where(same => same.Count() > 1).Select(same => string.Join(" = ", same.Select(each => each.Key)));
        Assert.That(alike, Is.Empty);
    }

    [Test]
    public void Another_user_has_another_key()
    {
        var theirs = AnswerKey.Of(new(Guid.Parse("0197a000-0000-7000-8000-000000000002")), Usual);
        Assert.That(theirs!.Hash, Is.Not.EqualTo(AnswerKey.Of(User, Usual)!.Hash));
    }

    [Test]
    public void What_it_does_not_know_has_no_key()
    {
        MessagePart[] strange = [new FilePart("00", "lizard.png", "image/png", 1), new UnknownPart("video", "{}")];
        Assert.That(strange.Select(part => AnswerKey.Of(User, Usual with { Messages = [new(MessageRole.User, [part])] })), Is.All.Null);
    }

    /// <summary>A field that is new shapes the answer or doesn't: somebody must have decided it, in <see cref="AnswerKey.Of"/> and here.</summary>
    [Test]
    public void Every_field_of_a_request_has_been_thought_of()
    {
        var fields = new[] { typeof(StatelessOrder), typeof(GenerationOptions), typeof(PromptMessage) }
            .SelectMany(type => type.GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public))
            .Select(field => field.Name);
        Assert.That(fields, Is.EquivalentTo(Known));
    }

    private static StatelessOrder Options(GenerationOptions options) => Usual with { Parameters = options };

    private static PromptMessage Said(string text) => new(MessageRole.User, [new TextPart(text)]);
}
