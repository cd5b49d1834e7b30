using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Identity.Departure;

/// <summary>Whoever asks for all that is kept of them gets it: each table with a user's id in it is in the export or on the list, with its reason.</summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
internal sealed class ExportTests(Database kind)
{
    /// <summary>Columns that name a user, and the lines in which they are exported.</summary>
    private static readonly Dictionary<string, string> Exported = new()
    {
        ["api_key.user_id"] = "api_key",
        ["app_user.id"] = "account",
        ["audit_entry.subject"] = "audit",
        ["audit_entry.target"] = "audit",
        ["chat_session.owner_id"] = "session",
        ["group_member.user_id"] = "group",
        ["identity.user_id"] = "identity",
        ["invitation.invited_by"] = "invitation",
        ["invitation.used_by"] = "invitation",
        ["message.author_id"] = "message",
        ["recovery_link.user_id"] = "recovery_link",
        ["relay_request.user_id"] = "request",
        ["response.user_id"] = "response",
        ["sign_in.user_id"] = "sign_in",
        ["usage_entry.user_id"] = "usage",
        ["usage_limit.scope_id"] = "limit",
        ["user_default.user_id"] = "settings",
    };

    /// <summary>Columns that name a user and are left out, and why.</summary>
    private static readonly Dictionary<string, string> LeftOut = new()
    {
        ["idempotency_key.user_id"] = "A note for a day that a call was made: its key, and the ids of what is exported.",
        ["worker_enrolment.invited_by"] = "The worker is the installation's; that one has invited it stands among the audit entries.",
    };

    /// <summary>How a column that holds a user's id may be called.</summary>
    private static readonly string[] Names = ["user_id", "owner_id", "author_id", "invited_by", "used_by", "created_by", "member_id"];

    private TestDatabase? _database;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    private IDialect Dialect => _host.Services.GetRequiredService<IDialect>();

    [SetUp]
    public async Task Start()
    {
        _database = kind == Database.Postgres ? await TestDatabase.Create(kind) : null;
        _host = await ApiHost.Start(
            [.. _database?.Settings.Select(setting => $"--{setting.Key}={setting.Value}") ?? [], "--Identity:SignUp=Invite"]);
        _owner = await _host.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task Every_word_that_is_kept_of_somebody_is_in_their_export_and_no_secret()
    {
        var canaries = new Canaries();
        using var me = await canaries.Join(_host, _owner);
        using var program = await canaries.UseEverything(_host, me);
        await canaries.Talk(me, program, 120);
        var id = (await me.Get("/api/v1/me")).Id;
        Assert.That((await _owner.Post($"/api/v1/admin/users/{id}/recovery")).Status, Is.EqualTo(201));
        await Canaries.BeCounted(_owner, me);

        var export = await me.Get("/api/v1/me/export");
        Assert.That(export.Status, Is.EqualTo(200));
        Assert.That(export.Header("Content-Type"), Is.EqualTo("application/x-ndjson"));
        Assert.That(export.Header("Content-Disposition"), Does.Match("^attachment; filename=\"meatlizard-[0-9-]{10}.jsonl\"$"));
        var lines = Lines(export);
        var types = lines.Select(Type).ToArray();
        Assert.That((types[0], types[1], types[^1]), Is.EqualTo(("export", "account", "end")));
        Assert.That(lines[^1].GetProperty("data").GetProperty("lines").GetInt64(), Is.EqualTo(lines.Length - 1));

        var stored = await Traces.Tables(Dialect, kind);
        var left = LeftOut.Keys.Select(column => column.Split('.')[0]).Append("reply_event").ToHashSet();
        var kept = string.Join('\n', stored.Where(column => !left.Contains(column.Key.Table)).Select(column => column.Value));
        var missing = canaries.Said.Where(word => kept.Contains(word, StringComparison.Ordinal) && !export.Text.Contains(word, StringComparison.Ordinal));
        Assert.That(missing, Is.Empty);
        Assert.That(canaries.Said.Count(word => export.Text.Contains(word, StringComparison.Ordinal)), Is.GreaterThan(80));
        foreach (var secret in new[] { ("identity", "secret_hash"), ("api_key", "hash"), ("sign_in", "hash"), ("recovery_link", "hash"), ("invitation", "hash") })
        {
            Assert.That(stored[secret].Split('\n').Where(hash => hash.Length > 0 && export.Text.Contains(hash, StringComparison.Ordinal)), Is.Empty, secret.ToString());
        }

        Assert.That(export.Text, Does.Not.Contain(program.Key!));
        Assert.That(stored.Where(column => column.Value.Contains(id, StringComparison.Ordinal)).Select(Name).Except([.. Exported.Keys, .. LeftOut.Keys]), Is.Empty);
        Assert.That(types, Is.SupersetOf(Exported.Values.Distinct()));
        Assert.That(types.Count(type => type == "limit"), Is.EqualTo(2));
        var request = lines.First(line => Type(line) == "request" && line.GetProperty("settings").GetProperty("system_prompt").ValueKind == JsonValueKind.String);
        Assert.That(request.GetProperty("settings").GetProperty("system_prompt").GetString(), Does.StartWith($"Be {Canaries.Mark}"));
        Assert.That(lines.Where(line => Type(line) == "message").Select(line => line.GetProperty("data").GetProperty("parent_id").ValueKind), Does.Contain(JsonValueKind.String));
        Assert.That(lines.Where(line => Type(line) == "audit").Select(line => line.GetProperty("data").GetProperty("action").GetString()), Does.Contain("export_account").And.Contain("offer_recovery"));
    }

    [Test]
    public async Task Every_column_that_names_a_user_is_exported_or_stands_on_the_list()
    {
        var columns = (await Traces.Columns(Dialect, kind)).ToArray();
        var named = columns.Where(column => Names.Contains(column.Column)).Select(column => $"{column.Table}.{column.Column}");
        Assert.That(named.Except([.. Exported.Keys, .. LeftOut.Keys]), Is.Empty);
        Assert.That(Exported.Keys.Concat(LeftOut.Keys).Except(columns.Select(column => $"{column.Table}.{column.Column}")), Is.Empty);
    }

    [Test]
    public async Task More_than_a_page_of_anything_is_exported_once()
    {
        using var me = await _host.Member("busy");
        List<string> sessions = [];
        for (var i = 0; i < 103; i++)
        {
            sessions.Add(await me.OpenSession());
        }

        for (var i = 0; i < 20; i++)
        {
            await me.Say(sessions[0], $"message {i}");
        }

        var lines = Lines(await me.Get("/api/v1/me/export"));
        Assert.That(Ids(lines, "session"), Is.EquivalentTo(sessions));
        Assert.That(Ids(lines, "message"), Has.Length.EqualTo(40).And.Unique);
        Assert.That(Ids(lines, "request"), Has.Length.EqualTo(20).And.Unique);
        Assert.That(lines.Count(line => Type(line) == "usage"), Is.EqualTo(20));
    }

    [Test]
    public async Task Nobody_is_given_anything_of_anybody_else()
    {
        using var other = await _host.Member("zqother");
        await other.Say(await other.OpenSession(new { title = "zqother" }), "zqother");
        using var me = await _host.Member("me");
        Assert.That((await me.Get("/api/v1/me/export")).Text, Does.Not.Contain("zqother").And.Not.Contain($"{other.UserId}"));
    }

    private static JsonElement[] Lines(Answer export) =>
        [.. export.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Type(JsonElement line) => line.GetProperty("type").GetString()!;

    private static string[] Ids(JsonElement[] lines, string type) =>
        [.. lines.Where(line => Type(line) == type).Select(line => line.GetProperty("data").GetProperty("id").GetString()!)];

    private static string Name(KeyValuePair<(string Table, string Column), string> column) => $"{column.Key.Table}.{column.Key.Column}";
}
