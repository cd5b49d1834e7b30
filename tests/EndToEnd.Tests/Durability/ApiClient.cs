using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>A client that writes down its key before it sends, and tries again with it.</summary>
/// <param name="key">An API key.</param>
internal sealed class ApiClient(Uri address, string key) : IDisposable
{
    public const string Email = "owner@example.org";
    public const string Password = "correct horse battery";

    private readonly HttpClient _http = new()
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
        DefaultRequestHeaders = { Authorization = new("Bearer", key) },
    };

    /// <summary>Signs the owner in and has an API key made.</summary>
    public static async Task<string> MakeKey(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address, DefaultRequestHeaders = { { "X-Requested-With", "MeatLizard" } } };
        using var signedIn = await http.PostAsync(
            new Uri("/api/v1/auth/login", UriKind.Relative),
            JsonContent.Create(new { email = Email, password = Password }));
        signedIn.EnsureSuccessStatusCode();
        using var made = await http.PostAsync(new Uri("/api/v1/keys", UriKind.Relative), JsonContent.Create(new { name = "test" }));
        return (await Body(made)).GetProperty("key").GetString()!;
    }

    /// <summary>Impatient: asks several times at once, with one key, and must be given one session.</summary>
    public async Task<Guid> OpenSession()
    {
        var once = Guid.NewGuid().ToString();
        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenSession(once)));
        Assert.That(given.Distinct().Count(), Is.EqualTo(1), "one key makes one session");
        return given[0];
    }

    private async Task<Guid> OpenSession(string once)
    {
        using var order = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions")
        {
            Content = JsonContent.Create(new { }),
            Headers = { { "Idempotency-Key", once } },
        };
        using var answer = await _http.SendAsync(order);
        return (await Body(answer)).GetProperty("id").GetGuid();
    }

    /// <returns>The ids of the message and of its request.</returns>
    public async Task<(Guid Message, Guid Request)> Say(Guid session, string text, string key)
    {
        using var order = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/sessions/{session}/messages")
        {
            Content = JsonContent.Create(new { content = text }),
            Headers = { { "Idempotency-Key", key } },
        };
        using var answer = await _http.SendAsync(order);
        var body = await Body(answer);
        return (body.GetProperty("message").GetProperty("id").GetGuid(), body.GetProperty("request").GetProperty("id").GetGuid());
    }

    /// <returns>How far the request is: queued, dispatched, …</returns>
    public async Task<string> State(Guid request)
    {
        using var answer = await _http.GetAsync(new Uri($"/api/v1/requests/{request}", UriKind.Relative));
        return (await Body(answer)).GetProperty("state").GetString()!;
    }

    public async Task Cancel(Guid request)
    {
        using var answer = await _http.PostAsync(new Uri($"/api/v1/requests/{request}/cancel", UriKind.Relative), JsonContent.Create(new { }));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The events of a request after the last one that the reading holds, as a stream.</summary>
    public async Task<Stream> Events(Guid request, long after, CancellationToken cancellationToken)
    {
        using var order = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/requests/{request}/events");
        if (after > 0)
        {
            order.Headers.Add("Last-Event-ID", after.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var answer = await _http.SendAsync(order, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStreamAsync(cancellationToken);
    }

    public async Task<ClientWebSocket> Socket(CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/api/v1/ws" }.Uri, cancellationToken);
        return socket;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> Body(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return answer.IsSuccessStatusCode ? body : throw new HttpRequestException($"{answer.StatusCode}: {body}");
    }
}
