using System.Text.Json.Nodes;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>An answer while it is put together; it is sent as the last thing.</summary>
internal sealed class RestResponse(HttpContext context)
{
    private byte[] _body = [];

    public int Status { get; private set; } = 200;

    /// <summary>Not to be counted among a bot's invalid requests.</summary>
    public bool IsShared { get; set; }

    public string? ContentType { get; set; }

    public void Set(int status, JsonNode? body)
    {
        Status = status;
        _body = body is null ? [] : JsonText.Bytes(body);
        ContentType = body is null ? null : "application/json";
    }

    public void Set(int status, string text)
    {
        Status = status;
        _body = System.Text.Encoding.UTF8.GetBytes(text);
        ContentType = "text/plain; charset=utf-8";
    }

    public void Header(string name, string value) => context.Response.Headers[name] = value;

    public async Task Send(CancellationToken cancellation)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        if (_body.Length == 0)
            return;
        context.Response.ContentLength = _body.Length;
        await context.Response.Body.WriteAsync(_body, cancellation);
    }
}
