using System.Text.Json;
using MeatLizard.Domain.Conversations;
using MeatLizard.Infrastructure.Json;

namespace MeatLizard.Infrastructure.Tests.Json;

[TestFixture]
internal sealed class MessagePartJsonTests
{
    [Test]
    public void Parts_are_stored_with_a_version_and_come_back()
    {
        MessagePart[] parts =
        [
            new TextPart("Grüße 🦎 \0 \"x\""), new ReasoningPart("hm"), new ToolCallPart("c1", "now", "{broken"),
            new ToolResultPart("c1", "12:00"),
            new ImagePart("image/png", "iVBORw0K+/8="),
            new FilePart(new string('a', 64), "a.png", "image/png", 5_000_000_000),
        ];

        var json = MessagePartJson.Serialize(parts);

        Assert.That(json, Does.StartWith("""{"v":1,"parts":[{"type":"text","text":"Grüße """));
        Assert.That(json, Does.Contain("""{"type":"tool_call","call_id":"c1","name":"now","arguments":"{broken"}"""));
        Assert.That(json, Does.Contain("""{"type":"image","media_type":"image/png","data":"iVBORw0K+/8="}"""));
        Assert.That(json, Does.EndWith(""","name":"a.png","media_type":"image/png","size":5000000000}]}"""));
        Assert.That(MessagePartJson.Deserialize(json), Is.EqualTo(parts));
        Assert.That(MessagePartJson.Deserialize(MessagePartJson.Serialize([])), Is.Empty);
    }

    [Test]
    public void A_part_of_a_later_version_is_kept_as_it_came()
    {
        const string Later = """{"type":"video","frames":[1.50,{"é":"\u00e9"}],"text":null}""";
        var parts = MessagePartJson.Deserialize($$"""{"v":1,"parts":[{"type":"text","text":"a","mood":"new"},{{Later}}],"extra":1}""");

        Assert.That(parts, Is.EqualTo(new MessagePart[] { new TextPart("a"), new UnknownPart("video", Later) }));
        Assert.That(MessagePartJson.Serialize(parts), Is.EqualTo($$"""{"v":1,"parts":[{"type":"text","text":"a"},{{Later}}]}"""));
    }

    [Test]
    public void An_image_is_base64_and_is_printed_nowhere()
    {
        Assert.That(
            () => MessagePartJson.Deserialize("""{"v":1,"parts":[{"type":"image","media_type":"image/png","data":"%"}]}"""), Throws.InstanceOf<JsonException>());
        Assert.That(new ImagePart("image/png", "iVBORw0K").ToString(), Is.EqualTo("ImagePart image/png"));
    }

    [Test]
    public void Half_a_surrogate_pair_is_neither_written_nor_read()
    {
        Assert.That(MessagePartJson.Deserialize(MessagePartJson.Serialize([new TextPart("a\uD83Db")])),
            Is.EqualTo(new[] { new TextPart("a\uFFFDb") }));
        Assert.That(() => MessagePartJson.Deserialize("""{"v":1,"parts":[{"type":"text","text":"\ud83d"}]}"""),
            Throws.InstanceOf<JsonException>());
        Assert.That(() => MessagePartJson.Deserialize("""{"v":1,"parts":[{"type":"\ud83d"}]}"""), Throws.InstanceOf<JsonException>());
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("""{"parts":[]}""")]
    [TestCase("""{"v":1}""")]
    [TestCase("""{"v":2,"parts":[]}""")]
    [TestCase("""{"v":1,"parts":null}""")]
    [TestCase("""{"v":1,"parts":[null]}""")]
    [TestCase("""{"v":1,"parts":["text"]}""")]
    [TestCase("""{"v":1,"parts":[{"text":"no type"}]}""")]
    [TestCase("""{"v":1,"parts":[{"type":5}]}""")]
    [TestCase("""{"v":1,"parts":[{"type":"text"}]}""")]
    [TestCase("""{"v":1,"parts":[{"type":"text","text":5}]}""")]
    [TestCase("""{"v":1,"parts":[{"type":"file","sha256":"a","name":"b","media_type":"c","size":1.5}]}""")]
    [TestCase("""{"v":1,"parts":[{"type":"file","sha256":"a","name":"b","media_type":"c","size":-1}]}""")]
    public void What_is_no_list_of_parts_is_refused(string json) =>
        Assert.That(() => MessagePartJson.Deserialize(json), Throws.InstanceOf<JsonException>());
}
