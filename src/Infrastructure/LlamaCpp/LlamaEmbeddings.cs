using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>llama-server as IEmbeddingGenerator: with models that are made for it, which then do nothing else.</summary>
internal sealed class LlamaEmbeddings(LlamaEngine engine, ModelFolder folder, IOptions<LlamaOptions> llama) : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>More than any order's budget; timers end at some weeks.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(1);

    private static readonly TimeSpan ExitShows = TimeSpan.FromMilliseconds(500);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (folder.Find(options?.ModelId) is { Embeds: false } other)
            throw LlamaFaults.CannotEmbed(other.Name);
        using var lease = await engine.TakeAsync(options?.ModelId, session: null, cancellationToken).ConfigureAwait(false);
        var server = lease.Server;
        var order = new LlamaEmbeddingOrder([.. values], server.Model.Name);

        // Nothing is heard before all of it is there: each text has as long as a prompt may be silent.
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        cut.CancelAfter(Patience(order.Input.Count));
        server.Heard();
        try
        {
            using var body = JsonContent.Create(order, LlamaJson.Default.LlamaEmbeddingOrder);
            using var response = await server.Http.PostAsync(new Uri("v1/embeddings", UriKind.Relative), body, cut.Token).ConfigureAwait(false);
            server.Heard();
            return response.StatusCode == HttpStatusCode.OK
                ? Read(await response.Content.ReadFromJsonAsync(LlamaJson.Default.LlamaEmbeddingAnswer, cut.Token).ConfigureAwait(false), order, server)
                : throw await RefusalAsync(server, response, cut.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever else it met: whoever leaves is no reason to end a process that answers others.
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            if (server.SilentFor >= llama.Value.TokenSilence)
                server.Kill();
            throw LlamaFaults.Silent(server.Model.Name, Patience(order.Input.Count));
        }
        catch (Exception wrong) when (wrong is JsonException or NotSupportedException)
        {
            server.Kill();
            throw LlamaFaults.Garbage(server.Model.Name, "sent something that is no answer, and was stopped", wrong);
        }
        catch (Exception wrong) when (wrong is HttpRequestException or IOException)
        {
            throw await GoneAsync(server, wrong).ConfigureAwait(false);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>The engine belongs to the container.</summary>
    public void Dispose()
    {
    }

    private TimeSpan Patience(int texts) =>
        llama.Value.TokenSilence * LlamaChatClient.PromptPatience * Math.Max(1, texts) is var patience && patience < LongestPatience ? patience : LongestPatience;

    private static GeneratedEmbeddings<Embedding<float>> Read(LlamaEmbeddingAnswer? answer, LlamaEmbeddingOrder order, LlamaServer server)
    {
        if (answer?.Data is not { } data
            || data.Count != order.Input.Count
            || data.Any(x => x.Embedding is not { Length: > 0 })
            || !data.Select(x => x.Index).Order().SequenceEqual(Enumerable.Range(0, data.Count)))
            throw LlamaFaults.Garbage(server.Model.Name, "did not answer each text with a vector");
        return new GeneratedEmbeddings<Embedding<float>>(data.OrderBy(x => x.Index).Select(x => new Embedding<float>(x.Embedding!)))
        {
            Usage = new UsageDetails { InputTokenCount = answer.Usage?.PromptTokens ?? 0 },
        };
    }

    private static async Task<EngineException> RefusalAsync(LlamaServer server, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var chunk = response.Content.Headers.ContentLength is > 0 and < 65536
            ? await response.Content.ReadFromJsonAsync(LlamaJson.Default.LlamaChunk, cancellationToken).ConfigureAwait(false)
            : null;

        // A text that does not fit into one batch is told as a fault of the server's, and is one of the text.
        return chunk?.Error is { Type: "server_error" or "invalid_request_error" }
            ? LlamaFaults.TextTooLong(server.Model.Name, server.ContextSize)
            : LlamaAnswer.Refusal(server.Model.Name, server.ContextSize, (int)response.StatusCode, chunk?.Error);
    }

    private static async Task<EngineException> GoneAsync(LlamaServer server, Exception cause)
    {
        try
        {
            var code = await server.Exited.WaitAsync(ExitShows).ConfigureAwait(false);
            return LlamaFaults.Crashed(server.Model.Name, code, server.LastLines);
        }
        catch (TimeoutException)
        {
            server.Kill();
            return LlamaFaults.Garbage(server.Model.Name, "broke its answer off in the middle, and was stopped", cause);
        }
    }
}
