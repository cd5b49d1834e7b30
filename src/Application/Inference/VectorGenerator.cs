using System.Runtime.CompilerServices;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Application.Inference;

/// <summary>Asks the engine for the vectors of an order's texts, and tells them in the relay's terms.</summary>
/// <param name="engines">None, where the engine can only chat.</param>
public sealed class VectorGenerator(IEnumerable<IEmbeddingGenerator<string, Embedding<float>>> engines)
{
    /// <summary>The vectors in order, and the cost last.</summary>
    /// <exception cref="EngineException">The engine could not answer; <see cref="EngineException.CannotEmbed"/> when the model can't.</exception>
    public async IAsyncEnumerable<AnswerPiece> Generate(Infer order, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (engines.FirstOrDefault() is not { } engine)
        {
            throw new EngineException(EngineException.CannotEmbed, "This worker's engine makes no embeddings. Ask another one.", retryable: false);
        }

        string[] texts = [.. order.Messages.Select(message => string.Join('\n', message.Parts.OfType<TextPart>().Select(part => part.Text)))];
        var vectors = await engine.GenerateAsync(texts, new EmbeddingGenerationOptions { ModelId = order.Model }, cancellationToken);
        for (var i = 0; i < vectors.Count; i++)
        {
            yield return new VectorPiece(i, vectors[i].Vector.ToArray());
        }

        yield return new FinishPiece(FinishReason.Stop, new TokenUsage((int)(vectors.Usage?.InputTokenCount ?? 0), 0), null);
    }
}
