using MeatLizard.Application.Operations;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class UsageLog(DbSession session) : IUsageLog
{
    public void Add(UsageEntry entry) => session.Write(new(
        "usage_entry",
        """
        INSERT INTO usage_entry (request_id, user_id, model, prompt_tokens, completion_tokens, cached_tokens, created_at, key_id, place_id)
        VALUES (@request, @user, @model, @prompt, @completion, @cached, @created, @key, @place)
        """,
        ("@request", entry.RequestId.Value),
        ("@user", entry.UserId.Value),
        ("@model", entry.Model),
        ("@prompt", entry.Usage.PromptTokens),
        ("@completion", entry.Usage.CompletionTokens),
        ("@cached", entry.Usage.CachedTokens),
        ("@created", entry.CreatedAt),
        ("@key", entry.Key?.Value),
        ("@place", entry.Place?.Value)));
}
