using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.AI;
using Moq;

namespace MeatLizard.Application.Tests.Inference;

internal sealed class AnswerGeneratorTests
{
    private readonly StoppedClock _clock = new();

    [Test]
    public async Task What_is_written_for_long_before_it_is_told_is_no_silence()
    {
        // A call of 23 seconds, with something of it in each.
        var pieces = await Said(Enumerable.Repeat<object>(1, 23).Append(Call()).Append("and so"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pieces.OfType<ProgressPiece>(), Is.EqualTo(Enumerable.Repeat(new ProgressPiece(ProgressPhase.Prompt, 1), 4)));
            Assert.That(pieces.OfType<GeneratedPiece>().Select(piece => piece.Kind), Is.EqualTo(new[] { ChunkKind.ToolCall, ChunkKind.Text }));
        }
    }

    [Test]
    public async Task What_begins_soon_needs_no_sign() => Assert.That((await Said([1, 1, 1, "now"])).OfType<ProgressPiece>(), Is.Empty);

    [Test]
    public async Task Behind_the_first_text_nobody_waits_for_one() =>
        Assert.That((await Said(["first", .. Enumerable.Repeat<object>(1, 60), Call()])).OfType<ProgressPiece>(), Is.Empty);

    private static FunctionCallContent Call() => new("call-1", "look_up", new Dictionary<string, object?> { ["what"] = "lizards" });

    /// <summary>Seconds in which something is written that is not told yet; texts; whole contents.</summary>
    private async Task<List<AnswerPiece>> Said(IEnumerable<object> script)
    {
        var engine = new Mock<IChatClient>();
        engine
            .Setup(chat => chat.GetStreamingResponseAsync(It.IsAny<IEnumerable<ChatMessage>>(), It.IsAny<ChatOptions>(), It.IsAny<CancellationToken>()))
            .Returns(Updates());
        var order = new Infer
        {
            RequestId = new(Guid.NewGuid()),
            Attempt = 1,
            SessionId = "s",
            Model = "m",
            Messages = [],
            Budget = TimeSpan.FromMinutes(10),
        };
        List<AnswerPiece> said = [];
        await foreach (var piece in new AnswerGenerator(engine.Object, _clock).Generate(order, CancellationToken.None))
        {
            said.Add(piece);
        }

        return said;

        async IAsyncEnumerable<ChatResponseUpdate> Updates()
        {
            foreach (var step in script)
            {
                await Task.CompletedTask;
                if (step is int seconds)
                {
                    _clock.Advance(TimeSpan.FromSeconds(seconds));
                }

                yield return step switch
                {
                    string text => new(ChatRole.Assistant, text),
                    AIContent content => new(ChatRole.Assistant, [content]),
                    _ => new(ChatRole.Assistant, []),
                };
            }

            yield return new(ChatRole.Assistant, []) { FinishReason = ChatFinishReason.Stop };
        }
    }
}
