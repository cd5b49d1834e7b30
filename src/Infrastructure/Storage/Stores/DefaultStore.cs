using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Infrastructure.Storage.Stores;

internal sealed class DefaultStore(DbSession session) : IDefaultStore
{
    public async Task<UserDefaults> Find(UserId user, CancellationToken cancellationToken)
    {
        var row = await session.ReadFirst<Row>(
            "SELECT model, system_prompt FROM user_default WHERE user_id = @user", [("@user", user.Value)], cancellationToken);
        return new(user) { Model = row?.Model, SystemPrompt = row?.SystemPrompt };
    }

    // Each writes its own column alone: two changes at the same time take nothing from each other.
    public void SetModel(UserId user, string? model) => session.Write(new(
        "user_default",
        """
        INSERT INTO user_default (user_id, model) VALUES (@user, @model)
        ON CONFLICT (user_id) DO UPDATE SET model = excluded.model
        """,
        ("@user", user.Value),
        ("@model", model)));

    public void SetSystemPrompt(UserId user, string? systemPrompt) => session.Write(new(
        "user_default",
        """
        INSERT INTO user_default (user_id, system_prompt) VALUES (@user, @prompt)
        ON CONFLICT (user_id) DO UPDATE SET system_prompt = excluded.system_prompt
        """,
        ("@user", user.Value),
        ("@prompt", systemPrompt)));

    public Task<string?> FindModel(CancellationToken cancellationToken) =>
        session.ReadFirst<string>("SELECT model FROM installation_default WHERE id = 1", [], cancellationToken);

    public void SetModel(string? model) =>
        session.Write(new("installation_default", "UPDATE installation_default SET model = @model WHERE id = 1", ("@model", model)) { Expects = 1 });

    private sealed record Row
    {
        public required string? Model { get; init; }

        public required string? SystemPrompt { get; init; }
    }
}
