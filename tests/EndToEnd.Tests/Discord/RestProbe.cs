using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>A bot that asks without any manners: no queue, no waiting, no second try.</summary>
internal sealed class RestProbe : IDisposable
{
    private readonly HttpClient _http;

    public RestProbe(StandIn discord, string? token)
    {
        _http = new HttpClient { BaseAddress = discord.ApiAddress, Timeout = TimeSpan.FromSeconds(20) };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("DiscordBot (https://example.org, 1)");
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bot", token);
    }

    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    public Task<RestReply> Get(string path, CancellationToken cancellation = default) => Send(HttpMethod.Get, path, null, cancellation);

    public Task<RestReply> Post(string path, object body, CancellationToken cancellation = default) =>
        Send(HttpMethod.Post, path, Json(body), cancellation);

    public Task<RestReply> Patch(string path, object body) => Send(HttpMethod.Patch, path, Json(body), default);

    public Task<RestReply> Put(string path, object body) => Send(HttpMethod.Put, path, Json(body), default);

    public Task<RestReply> Delete(string path) => Send(HttpMethod.Delete, path, null, default);

    public Task<RestReply> Upload(string path, string content, params (string Name, byte[] Bytes)[] files)
    {
        var form = new MultipartFormDataContent { { Json(new { content }), "payload_json" } };
        foreach (var (file, i) in files.Select((file, i) => (file, i)))
            form.Add(new ByteArrayContent(file.Bytes), $"files[{i}]", file.Name);
        return Send(HttpMethod.Post, path, form, default);
    }

    public void Dispose() => _http.Dispose();

    private static StringContent Json(object body) =>
        new(System.Text.Json.JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    private async Task<RestReply> Send(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var response = await _http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        var json = response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null;
        return new RestReply((int)response.StatusCode, json, text, response.Headers);
    }
}
