using MeatLizard.Infrastructure.Discord.Slash;

namespace MeatLizard.Infrastructure.Storage.Stores;

/// <summary>Apart from any unit of work: a note says what Discord has been told already, whatever becomes of anything else.</summary>
internal sealed class DiscordNotes(IDialect dialect) : IDiscordNotes
{
    public async Task<IReadOnlyDictionary<string, string>> All(CancellationToken cancellationToken)
    {
        var rows = await dialect.Read<Row>(new("discord_note", "SELECT name, value FROM discord_note ORDER BY name"), cancellationToken);
        return rows.ToDictionary(row => row.Name, row => row.Value);
    }

    public Task Keep(string name, string value, CancellationToken cancellationToken) => dialect.WriteNow(
        [
            new(
                "discord_note",
                """
                INSERT INTO discord_note (name, value) VALUES (@name, @value)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value
                """,
                ("@name", name),
                ("@value", value)),
        ],
        cancellationToken);

    public Task Forget(string name, CancellationToken cancellationToken) =>
        dialect.WriteNow([new("discord_note", "DELETE FROM discord_note WHERE name = @name", ("@name", name))], cancellationToken);

    private sealed record Row
    {
        public required string Name { get; init; }

        public required string Value { get; init; }
    }
}
