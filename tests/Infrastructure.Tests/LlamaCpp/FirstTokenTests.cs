using MeatLizard.Testing.Models;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>A token is passed on before there is a next one: the stand-in says one and then nothing more.</summary>
internal sealed class FirstTokenTests
{
    [Test]
    public async Task The_first_token_is_passed_on_before_there_is_a_second()
    {
        await using var engine = EngineUnderTest.Scripted(
            [new FakeRun { Fault = "hang", FaultAfter = 1 }], ("Inference:TokenSilence", "01:00:00"));
        await using var updates = engine.Client
            .GetStreamingResponseAsync("hello", EngineUnderTest.Options("a", most: 8))
            .GetAsyncEnumerator();
        var text = "";
        while (text.Length == 0 && await updates.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
            text = updates.Current.Text;
        Assert.That(text, Is.EqualTo("Hello"));
    }
}
