using System.Reflection;
using System.Threading.Channels;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Posted;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Page;

/// <summary>The page's files, what it shows, and a stream that says when something has changed.</summary>
internal sealed class PageEndpoints(World world, Ledger ledger, Counters counters, View view, IHostApplicationLifetime host)
{
    public void Map(IEndpointRouteBuilder app)
    {
        _ = app.MapGet("/page.css", context => File(context, "page.css", "text/css"));
        _ = app.MapGet("/page.js", context => File(context, "page.js", "text/javascript"));
        _ = app.MapGet("/favicon.ico", context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        _ = app.MapGet("/stand-in/state", context => Json(context, JsonText.Bytes(view.State())));
        _ = app.MapGet("/stand-in/counters", context => Json(context, JsonText.Bytes(view.Counts())));
        _ = app.MapGet("/stand-in/ledger", context => Json(context, JsonText.Bytes(view.Posted(Id(context, "channel"), Id(context, "author"), Id(context, "after")))));
        _ = app.MapGet("/stand-in/channels/{channel}/messages", context => Json(context, JsonText.Bytes(
            view.Messages(ulong.TryParse(context.Request.RouteValues["channel"]?.ToString(), out var id) ? id : 0))));
        _ = app.MapGet("/stand-in/events", Events);
    }

    public static Task Index(HttpContext context) => File(context, "index.html", "text/html");

    private static ulong? Id(HttpContext context, string name) =>
        Snowflake.TryParse(context.Request.Query[name].ToString(), out var id) ? id : null;

    private static async Task File(HttpContext context, string name, string type)
    {
        context.Response.ContentType = type + "; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; style-src 'self'; frame-ancestors 'none'";
        await using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("page/" + name)!;
        await file.CopyToAsync(context.Response.Body);
    }

    private static Task Json(HttpContext context, byte[] json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(json).AsTask();
    }

    /// <summary>An event names the channel whose messages have changed, or nothing when something else has; many become one.</summary>
    private async Task Events(HttpContext context)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        var changes = System.Threading.Channels.Channel.CreateBounded<string>(
            new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });
        void Posted(LedgerEntry entry) => changes.Writer.TryWrite(entry.ChannelId.Text());
        void Happened(Happening happening) => changes.Writer.TryWrite("");
        void CameOrLeft() => changes.Writer.TryWrite("");
        ledger.Changed += Posted;
        world.Happened += Happened;
        counters.GatewayChanged += CameOrLeft;
        try
        {
            await context.Response.WriteAsync(": here\n\n", leaving.Token);
            while (await changes.Reader.WaitToReadAsync(leaving.Token))
            {
                var changed = new HashSet<string>();
                while (changes.Reader.TryRead(out var channel))
                    _ = changed.Add(channel);
                foreach (var channel in changed)
                    await context.Response.WriteAsync($"data: {channel}\n\n", leaving.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed.
        }
        finally
        {
            ledger.Changed -= Posted;
            world.Happened -= Happened;
            counters.GatewayChanged -= CameOrLeft;
        }
    }
}
