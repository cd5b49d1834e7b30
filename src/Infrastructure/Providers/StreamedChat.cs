using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>A provider whose answer is a stream of server-sent events, as IChatClient. Asked once, it tries once.</summary>
internal sealed class StreamedChat(IProviderWire wire, TimeProvider time) : IChatClient
{
    private const int LongestLine = 4 * 1024 * 1024;
    private const int LongestRefusal = 64 * 1024;

    /// <summary>HTTP: as if it had been refused there.</summary>
    private const int Unwritable = 400;

    /// <summary>So that a provider may move to another address.</summary>
    private static readonly TimeSpan ConnectionLives = TimeSpan.FromMinutes(5);

    // How long it may say nothing is the business of GuardedChat. No redirects: keys and conversations go to the address that they were given for;
    // and how our own traces are called is nothing that anybody there needs to know.
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = ConnectionLives,
        ActivityHeadersPropagator = null,
    });

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = Ask([.. messages], options);
        using var response = await _http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await Refusal(response, cancellationToken);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var lines = new BoundedLines(body, LongestLine);
        var answer = wire.Begin();
        await foreach (var happened in SseParser.Create(lines, (_, data) => answer.Read(data)).EnumerateAsync(cancellationToken))
        {
            if (happened.Data is { } update)
            {
                yield return update;
            }

            if (answer.IsOver)
            {
                break;
            }
        }

        if (answer.End() is { } end)
        {
            yield return end;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => _http.Dispose();

    /// <summary>What can't be written down can't be asked anybody, and is nobody's fault but the request's.</summary>
    private HttpRequestMessage Ask(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        try
        {
            return wire.Ask(messages, options);
        }
        catch (Exception unwritable) when (unwritable is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ProviderRefusedException(Unwritable);
        }
    }

    private async Task<ProviderRefusedException> Refusal(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var header = response.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null;
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var told = new byte[LongestRefusal];
        var length = await body.ReadAtLeastAsync(told, told.Length, throwOnEndOfStream: false, cancellationToken);
        return wire.Refusal((int)response.StatusCode, RetryAfter.Read(header, time.GetUtcNow()), told[..length]);
    }
}
