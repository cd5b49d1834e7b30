using System.Text;
using System.Text.Json;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Security;
using StackExchange.Redis;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>
/// Answers for all hosts. What people have said does not lie open in Redis: an answer is sealed with the master key, and so named under it
/// that nobody without that key can tell which question it is to. Only whose it is can be seen, by the user's id.
/// </summary>
internal sealed class RedisAnswerStore(RedisLink link, MasterKey master, AnswerCacheOptions options) : IAnswerStore
{
    public async ValueTask<CachedAnswer?> Find(AnswerKey key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var found = await link.Evaluate(RedisAnswerScripts.Find, Keys(), [Answers, name], cancellationToken);
        if (found is null || found.IsNull || master.Open("kept answer"u8, (byte[])found!, Encoding.UTF8.GetBytes(name)) is not { } plain)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(plain, RedisJson.Default.CachedAnswer);
        }
        catch (JsonException)
        {
            // Of another version.
            return null;
        }
    }

    public async ValueTask Keep(AnswerKey key, CachedAnswer answer, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var plain = JsonSerializer.SerializeToUtf8Bytes(answer, RedisJson.Default.CachedAnswer);
        var blob = master.Seal("kept answer"u8, plain, Encoding.UTF8.GetBytes(name));
        if (blob.Length <= options.Largest)
        {
            _ = await link.Evaluate(
                RedisAnswerScripts.Keep,
                Keys(),
                [Answers, name, blob, (long)(options.Ttl + options.StaleTtl).TotalMilliseconds, options.Entries, options.Bytes],
                cancellationToken);
        }
    }

    public async ValueTask Forget(UserId user, CancellationToken cancellationToken) =>
        _ = await link.Evaluate(RedisAnswerScripts.Forget, Keys(), [Answers, Of(user)], cancellationToken);

    public async ValueTask<CacheSize?> Measure(CancellationToken cancellationToken) =>
        await link.Evaluate(RedisAnswerScripts.Measure, Keys(), [], cancellationToken) is { } reply && (long[])reply! is [var entries, var bytes]
            ? new(entries, bytes)
            : null;

    private string Answers => $"{link.Prefix}:answer:";

    private RedisKey[] Keys() => [$"{link.Prefix}:answers", $"{link.Prefix}:answers:sizes", $"{link.Prefix}:answers:bytes"];

    private string NameOf(AnswerKey key) =>
        Of(key.User) + Convert.ToHexStringLower(master.Mark("kept answer's name"u8, Encoding.UTF8.GetBytes(key.Hash)));

    private static string Of(UserId user) => $"{user.Value:N}:";
}
