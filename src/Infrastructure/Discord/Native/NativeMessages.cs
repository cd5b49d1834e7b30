using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native;

internal sealed class NativeMessages(RestClient rest, AttachmentDownload download, DiscordClock clock) : IDiscordMessages
{
    private const int Page = 100;
    private const int Bulk = 100;
    private const string Channel = "channels/*/messages";
    private const string One = "channels/*/messages/*";

    // Discord says two weeks; an hour less, for what goes on meanwhile.
    private static readonly TimeSpan BulkUpTo = TimeSpan.FromDays(14) - TimeSpan.FromHours(1);

    public Task<DiscordMessage> Post(Snowflake channel, DiscordPost post, CancellationToken cancellationToken) =>
        Post(channel, new(DiscordUrgency.Usual), () => post, cancellationToken);

    public async Task<DiscordMessage> Post(Snowflake channel, DiscordTurn turn, Func<DiscordPost> write, CancellationToken cancellationToken)
    {
        // What may have arrived is made again as it was, nonce and all.
        Func<HttpContent>? written = null;
        var call = new RestCall(HttpMethod.Post, Channel, channel.ToString())
        {
            Turn = turn,
            Body = () => (written ??= Body(write()))(),
            IsRepeatable = true,
            IsNonced = true,
        };
        return Read(await rest.Send(call, cancellationToken));
    }

    public DiscordBudget PostBudget(Snowflake channel) => rest.Look(new(HttpMethod.Post, Channel, channel.ToString()));

    public async Task<DiscordMessage> Edit(Snowflake channel, Snowflake message, string content, CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Patch, One, channel.ToString(), message.ToString())
        {
            Body = RestCall.Json(WirePost.Of(content), DiscordJson.Default.WirePost),
            IsRepeatable = true,
        };
        return Read(await rest.Send(call, cancellationToken));
    }

    public async Task Delete(Snowflake channel, IReadOnlyCollection<Snowflake> messages, CancellationToken cancellationToken)
    {
        var young = Snowflake.FirstAt(clock.Now - BulkUpTo);
        var inBulk = messages.Distinct().Where(id => id >= young).Chunk(Bulk).ToArray();
        foreach (var ids in inBulk.Where(ids => ids.Length > 1))
        {
            var call = new RestCall(HttpMethod.Post, "channels/*/messages/bulk-delete", channel.ToString())
            {
                Body = RestCall.Json(new WireIds(ids), DiscordJson.Default.WireIds),
                IsRepeatable = true,
            };
            await rest.Send(call, cancellationToken);
        }

        foreach (var id in messages.Distinct().Where(id => id < young).Concat(inBulk.Where(ids => ids.Length == 1).SelectMany(ids => ids)))
        {
            await Gone.IsFine(rest, new(HttpMethod.Delete, One, channel.ToString(), id.ToString()), Gone.Message, cancellationToken);
        }
    }

    public async IAsyncEnumerable<DiscordMessage> MessagesAfter(
        Snowflake channel, Snowflake after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isMore = true; isMore;)
        {
            var call = new RestCall(HttpMethod.Get, Channel, channel.ToString())
            {
                Query = $"?limit={Page}&after={after}",
                IsRepeatable = true,
            };
            var page = (await rest.Send(call, cancellationToken)).Read(DiscordJson.Default.WireMessageArray);
            foreach (var message in page.OrderBy(message => message.Id))
            {
                after = message.Id;
                yield return message.ToMessage();
            }

            isMore = page.Length == Page;
        }
    }

    public Task<byte[]> Download(DiscordAttachment attachment, int most, CancellationToken cancellationToken) =>
        download.Fetch(attachment, most, cancellationToken);

    private static DiscordMessage Read(RestAnswer answer) => answer.Read(DiscordJson.Default.WireMessage).ToMessage();

    private static Func<HttpContent> Body(DiscordPost post)
    {
        var nonce = post.Nonce ?? RandomNumberGenerator.GetHexString(24, lowercase: true);
        return RestCall.Json(WirePost.Of(post, nonce), DiscordJson.Default.WirePost, post.Files);
    }
}
