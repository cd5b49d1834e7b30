using System.Globalization;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;

namespace MeatLizard.Presentation.DiscordClient.Inference;

/// <summary>Has every model of this machine answer once, and says how it went.</summary>
internal sealed class EngineCheck(IEngineCatalog catalog, AnswerGenerator generator, VectorGenerator vectors)
{
    private const int Tokens = 32;

    /// <returns>Whether there is a model, and all of them answered.</returns>
    public async Task<bool> Run(TextWriter output, CancellationToken cancellationToken)
    {
        if (catalog.Problem is { } problem)
        {
            await output.WriteLineAsync(problem);
            return false;
        }

        var healthy = true;
        foreach (var model in catalog.Models)
        {
            healthy &= await Try(model, output, cancellationToken);
        }

        return healthy;
    }

    private async Task<bool> Try(ModelDescriptor model, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var piece in model.Embeds ? vectors.Generate(Order(model), cancellationToken) : generator.Generate(Order(model), cancellationToken))
            {
                if (piece is FinishPiece finish)
                {
                    await output.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{model.Name}: {(model.Embeds ? "embeds" : $"answers, {Speed(finish):0} tokens/s")}, context {model.ContextSize}, {model.Slots} slots"));
                }
            }

            return true;
        }
        catch (EngineException broken)
        {
            await output.WriteLineAsync($"{model.Name}: {broken.Message} ({broken.Code})");
            return false;
        }
    }

    private static Infer Order(ModelDescriptor model) => new()
    {
        RequestId = default,
        Attempt = 1,
        SessionId = "check",
        Model = model.Name,
        Messages = [new(MessageRole.User, [new TextPart("Say hello.")])],
        Parameters = new GenerationOptions { MaxTokens = Tokens },
        Budget = TimeSpan.FromMinutes(5),
    };

    private static double Speed(FinishPiece finish) =>
        finish.Timings is { PredictedMs: > 0 } timings ? finish.Usage.CompletionTokens / (timings.PredictedMs / 1000) : 0;
}
