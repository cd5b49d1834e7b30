using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MeatLizard.Infrastructure.Wire;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>A provider whose answer is a stream of server-sent events, as IChatClient. Asked once, it tries once.</summary>
internal sealed class StreamedChat(IProviderWire wire, TimeProvider time) : IChatClient
{
    private const int LongestEvent = 4 * 1024 * 1024;
    private const int LongestRefusal = 64 * 1024;

    /// <summary>Bytes, most of which are what stands around the text; also of what is gathered before it is said, such as a tool's arguments.</summary>
    private const long LongestStream = 128 * 1024 * 1024;

    /// <summary>HTTP: as if it had been refused there.</summary>
    private const int Unwritable = 400;

    /// <summary>So that a provider may move to another address.</summary>
    private static readonly TimeSpan ConnectionLives = TimeSpan.FromMinutes(5);

    /// <summary>What guards some providers' doors takes nobody in who has no name.</summary>
    private static readonly ProductInfoHeaderValue Ourselves = new("MeatLizard", null);

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
        using var response = await Send([.. messages], options, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var lines = new BoundedEvents(body, LongestEvent, LongestStream);
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

    /// <returns>An answer that has begun.</returns>
    private async Task<HttpResponseMessage> Send(IReadOnlyList<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            using var request = Ask(messages, options);
            var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var refusal = await Refusal(response, cancellationToken);
                if (!isFirst || !refusal.IsOfTheWording)
                {
                    throw refusal;
                }
            }
        }
    }

    /// <summary>What can't be written down can't be asked anybody, and is nobody's fault but the request's.</summary>
    private HttpRequestMessage Ask(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        try
        {
            var request = wire.Ask(messages, options);
            request.Headers.UserAgent.Add(Ourselves);
            return request;
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
