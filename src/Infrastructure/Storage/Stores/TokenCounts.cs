using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class TokenCounts(DbSession session) : ITokenCounts
{
    public async Task<long> Count(
        Limit limit, string subject, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (whose, id) = limit.ScopeKind switch
        {
            Limit.User => ("user_id = @id", (object)Guid.Parse(subject)),
            Limit.Group => ("user_id IN (SELECT user_id FROM group_member WHERE group_id = @id)", Guid.Parse(subject)),
            Limit.Key => ("key_id = @id", Guid.Parse(subject)),
            Limit.Place => ("place_id = @id", Guid.Parse(subject)),
            Limit.Model => ("model = @id", subject),
            _ => throw new ArgumentOutOfRangeException(nameof(limit), "Nobody counts the tokens of such a scope."),
        };
        return await session.ReadFirst<long>(
            $"""
            SELECT COALESCE(SUM(CAST(prompt_tokens AS bigint) + completion_tokens), 0)
            FROM usage_entry WHERE {whose} AND created_at >= @from AND created_at < @until
            """,
            [("@id", id), ("@from", from), ("@until", until)],
            cancellationToken);
    }
}
