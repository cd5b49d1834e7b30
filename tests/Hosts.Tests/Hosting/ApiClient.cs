using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>A caller, over a real socket.</summary>
internal sealed class ApiClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public string? Key { get; set; }

    public Guid KeyId { get; init; }

    public UserId UserId { get; init; }

    public string? Cookie { get; set; }

    /// <summary>As the page does; taken away to see what happens.</summary>
    public bool SaysWhoAsks { get; set; } = true;

    public Task<Answer> Get(string path, params (string Name, string Value)[] headers) => Send(HttpMethod.Get, path, null, headers);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path, null);

    public Task<Answer> Post(string path, object? body = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), headers);

    public Task<Answer> Put(string path, object body) => Send(HttpMethod.Put, path, JsonContent.Create(body));

    public Task<Answer> Patch(string path, object body) => Send(HttpMethod.Patch, path, JsonContent.Create(body));

    /// <summary>A body exactly as it stands.</summary>
    public Task<Answer> PostRaw(string path, byte[] body, string type = "application/json") =>
        Send(HttpMethod.Post, path, new ByteArrayContent(body) { Headers = { ContentType = new(type) } });

    public Task<Answer> PostRaw(string path, string body) => PostRaw(path, Encoding.UTF8.GetBytes(body));

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, content, headers);
        using var response = await _http.SendAsync(request);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Calls and leaves: the call is cut off by the token.</summary>
    public async Task Abandon(string path, object body, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using var request = Request(HttpMethod.Post, path, JsonContent.Create(body), headers);
        using var response = await _http.SendAsync(request, cancellationToken);
    }

    /// <summary>Calls and leaves the answer open, to be read line by line.</summary>
    public async Task<OpenAnswer> Open(string path, object body)
    {
        using var request = Request(HttpMethod.Post, path, JsonContent.Create(body), []);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public async Task<string> OpenSession(object? settings = null)
    {
        var answer = await Post("/api/v1/sessions", settings ?? new { });
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        return answer.Id;
    }

    /// <summary>Says something and waits for the whole answer.</summary>
    public async Task<Answer> Say(string session, string text)
    {
        var answer = await Post($"/api/v1/sessions/{session}/messages", new { content = text }, ("Prefer", "wait=30"));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer;
    }

    /// <summary>Events to the end, or as many as asked for.</summary>
    public async Task<List<(string? Id, string Event, JsonElement Data)>> Events(
        string path, object? post = null, int most = int.MaxValue, params (string Name, string Value)[] headers)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var request = post is null
            ? Request(HttpMethod.Get, path, null, headers)
            : Request(HttpMethod.Post, path, JsonContent.Create(post), [.. headers, ("Accept", "text/event-stream")]);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        List<(string?, string, JsonElement)> events = [];
        await using var stream = await response.Content.ReadAsStreamAsync(patience.Token);
        var parser = SseParser.Create(stream);
        await foreach (var item in parser.EnumerateAsync(patience.Token))
        {
            events.Add((item.EventId, item.EventType, JsonDocument.Parse(item.Data).RootElement.Clone()));
            if (events.Count == most)
            {
                break;
            }
        }

        return events;
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (Key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        }

        if (Cookie is not null)
        {
            request.Headers.Add("Cookie", Cookie);
            if (SaysWhoAsks)
            {
                request.Headers.Add("X-Requested-With", "MeatLizard");
            }
        }

        foreach (var (name, value) in headers)
        {
            Assert.That(request.Headers.TryAddWithoutValidation(name, value), Is.True);
        }

        return request;
    }
}
