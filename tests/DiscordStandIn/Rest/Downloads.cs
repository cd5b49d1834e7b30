using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Wire;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>Attachments, as Discord's CDN gives them out: to whoever has the address.</summary>
internal sealed class Downloads(World world)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGet("/attachments/{channel}/{attachment}/{name}", Serve);

    private Task Serve(HttpContext context)
    {
        var values = context.Request.RouteValues;
        if (Find(values["channel"]?.ToString(), values["attachment"]?.ToString()) is not { } attachment
            || attachment.Name != values["name"]?.ToString())
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("This content is no longer available.");
        }

        context.Response.ContentType = attachment.ContentType;
        context.Response.ContentLength = attachment.Bytes.Length;
        return context.Response.Body.WriteAsync(attachment.Bytes, context.RequestAborted).AsTask();
    }

    private Attachment? Find(string? channel, string? attachment)
    {
        lock (world.Gate)
        {
            return Snowflake.TryParse(channel, out var channelId) && Snowflake.TryParse(attachment, out var id)
                && world.Channels.TryGetValue(channelId, out var known)
                ? known.Messages.Values.SelectMany(message => message.Attachments).FirstOrDefault(one => one.Id == id)
                : null;
        }
    }
}
