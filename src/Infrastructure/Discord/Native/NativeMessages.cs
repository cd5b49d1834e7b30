using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MeatLizard.Infrastructure.Discord.Native.Rest;
using MeatLizard.Infrastructure.Discord.Native.Wire;

namespace MeatLizard.Infrastructure.Discord.Native;

internal sealed class NativeMessages(RestClient rest, AttachmentDownload download, TimeProvider time) : IDiscordMessages
{
    private const int Page = 100;
    private const int Bulk = 100;
    private const string Channel = "channels/*/messages";
    private const string One = "channels/*/messages/*";

    // Discord says two weeks; an hour less, so that clocks may differ.
    private static readonly TimeSpan BulkUpTo = TimeSpan.FromDays(14) - TimeSpan.FromHours(1);

    public async Task<DiscordMessage> Post(Snowflake channel, DiscordPost post, CancellationToken cancellationToken) =>
        Read(await rest.Send(PostCall(channel, post), onlyNow: false, cancellationToken));

    public async Task<DiscordPosting> TryPost(Snowflake channel, DiscordPost post, CancellationToken cancellationToken)
    {
        var answer = await rest.Send(PostCall(channel, post), onlyNow: true, cancellationToken);
        return answer.NotBefore is { } wait ? new(null, wait) : new(Read(answer), TimeSpan.Zero);
    }

    public DiscordBudget PostBudget(Snowflake channel) => rest.Look(new(HttpMethod.Post, Channel, channel.ToString()));

    public async Task<DiscordMessage> Edit(Snowflake channel, Snowflake message, string content, CancellationToken cancellationToken)
    {
        var call = new RestCall(HttpMethod.Patch, One, channel.ToString(), message.ToString())
        {
            Body = RestCall.Json(WirePost.Of(content), DiscordJson.Default.WirePost),
            IsRepeatable = true,
        };
        return Read(await rest.Send(call, onlyNow: false, cancellationToken));
    }

    public async Task Delete(Snowflake channel, IReadOnlyCollection<Snowflake> messages, CancellationToken cancellationToken)
    {
        var young = Snowflake.FirstAt(time.GetUtcNow() - BulkUpTo);
        var inBulk = messages.Distinct().Where(id => id >= young).Chunk(Bulk).ToArray();
        foreach (var ids in inBulk.Where(ids => ids.Length > 1))
        {
            var call = new RestCall(HttpMethod.Post, "channels/*/messages/bulk-delete", channel.ToString())
            {
                Body = RestCall.Json(new WireIds(ids), DiscordJson.Default.WireIds),
                IsRepeatable = true,
            };
            await rest.Send(call, onlyNow: false, cancellationToken);
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
            var page = (await rest.Send(call, onlyNow: false, cancellationToken)).Read(DiscordJson.Default.WireMessageArray);
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

    private static RestCall PostCall(Snowflake channel, DiscordPost post)
    {
        var nonce = post.Nonce ?? RandomNumberGenerator.GetHexString(24, lowercase: true);
        return new(HttpMethod.Post, Channel, channel.ToString())
        {
            Body = RestCall.Json(WirePost.Of(post, nonce), DiscordJson.Default.WirePost, post.Files),
            IsRepeatable = true,
            IsNonced = true,
            Size = post.Files.Sum(file => (long)file.Content.Length),
        };
    }
}
