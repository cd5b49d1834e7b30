using System.Text.Json;
using MeatLizard.Infrastructure.LlamaCpp;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>What the events of an answer mean to whoever reads it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LlamaAnswerTests
{
    private readonly LlamaAnswer _answer = new("tiny", contextSize: 8);

    [Test]
    public void A_call_is_told_when_it_is_whole_and_until_then_that_something_is_written()
    {
        string[] pieces = ["""{"index":0,"id":"c","function":{"name":"look_up","arguments":"{\"what\":"}}""", """{"index":0,"function":{"arguments":"1}"}}"""];
        foreach (var piece in pieces)
        {
            Assert.That(Read($$$"""{"delta":{"tool_calls":[{{{piece}}}]}}"""), Is.Not.Null.And.Property("Contents").Empty);
        }

        Assert.That(Read("""{"delta":{},"finish_reason":"tool_calls"}"""), Is.Null);
        var call = _answer.End()!.Contents.OfType<FunctionCallContent>().Single();
        Assert.That((call.CallId, call.Name, call.Arguments?["what"]?.ToString()), Is.EqualTo(("c", "look_up", "1")));
    }

    [Test]
    public void The_role_alone_says_nothing_yet() => Assert.That(Read("""{"delta":{"role":"assistant","content":null}}"""), Is.Null);

    private ChatResponseUpdate? Read(string choice) =>
        _answer.Read(JsonSerializer.Deserialize($$"""{"choices":[{{choice}}]}""", LlamaJson.Default.LlamaChunk)!);
}
