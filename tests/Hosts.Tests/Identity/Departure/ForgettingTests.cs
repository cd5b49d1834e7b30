using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Identity.Departure;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Identity;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Identity.Departure;

/// <summary>
/// A user who has left 500 words all over the place is forgotten, and no one of them is found again: on SQLite with a worker elsewhere and
/// its journal, on PostgreSQL with Redis.
/// </summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
internal sealed class ForgettingTests(Database kind)
{
    private const int Words = 500;

    private TestFolder _folder = null!;
    private TestDatabase? _database;
    private TestRedis? _redis;
    private KeptLogs _logs = null!;
    private ApiHost _host = null!;
    private LinkedWorker? _worker;
    private ApiClient _owner = null!;

    private IDialect Dialect => _host.Services.GetRequiredService<IDialect>();

    private ScriptedEngine Engine => _worker?.Engine ?? _host.Engine;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _logs = new();
        List<string> arguments = [.. ApiHost.WithOwner, "--Identity:SignUp=Invite", $"--DataFolder={_folder.File("data")}"];
        if (kind == Database.Postgres)
        {
            _database = await TestDatabase.Create(kind);
            _redis = await TestRedis.Start();
            arguments.AddRange(_database.Settings.Select(setting => $"--{setting.Key}={setting.Value}"));
            arguments.AddRange([$"--Redis:ConnectionString={_redis.ConnectionString}", "--Redis:Timeout=00:00:10"]);
        }
        else
        {
            arguments.Add(ApiHost.NoWorker);
        }

        _host = await ApiHost.Start([.. arguments], services =>
        {
            // What the product logs, and not only what a test is told.
            services.Configure<LoggerFilterOptions>(filter =>
            {
                filter.Rules.Clear();
                filter.MinLevel = LogLevel.Information;
                filter.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
            });
            services.AddSingleton<ILoggerProvider>(_logs);
        });
        if (_redis is not null)
        {
            await Eventually.Is(() => _host.Services.GetRequiredService<RedisLink>().Answers);
        }

        _owner = await _host.Owner();
        if (kind == Database.Sqlite)
        {
            _worker = await Enrol();
        }
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        await _host.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Test]
    public async Task Of_five_hundred_words_none_is_found_again()
    {
        var canaries = new Canaries();
        using var me = await canaries.Join(_host, _owner);
        using var program = await canaries.UseEverything(_host, me);
        await Canaries.BeCounted(_owner, me);
        await canaries.Talk(me, program, Words - 3);
        var id = (await me.Get("/api/v1/me")).Id;

        // One answer is still being written when they leave.
        Engine.Hold();
        var session = await me.OpenSession(new { title = canaries.Next() });
        var open = await me.Post($"/api/v1/sessions/{session}/messages", new { content = $"hold {canaries.Next()} {canaries.Next()}" });
        Assert.That(open.Status, Is.EqualTo(202), open.Text);
        await Eventually.Is(() => Engine.Running == 1);

        Assert.That(canaries.Said, Has.Count.EqualTo(Words));
        var stored = string.Join('\n', (await Traces.Tables(Dialect, kind)).Values);
        Assert.That(canaries.Said.Count(word => stored.Contains(word, StringComparison.Ordinal)), Is.GreaterThan(Words - 40), "They are looked for where they were.");
        var spent = (await _host.CountRows("usage_entry"))["usage_entry"];

        Assert.That(await KeptAnswers(), Is.EqualTo(1));
        var wrong = await me.Post("/api/v1/me/forget", new { password = "not my password" });
        Assert.That((wrong.Status, wrong.Code), Is.EqualTo((400, "wrong_password")));
        var gone = await me.Post("/api/v1/me/forget", new { password = ApiHost.Password });
        Assert.That(gone.Status, Is.EqualTo(204), gone.Text);

        Assert.That(await KeptAnswers(), Is.Zero);
        Assert.That((await me.Get("/api/v1/me")).Status, Is.EqualTo(401));
        Assert.That((await program.Get("/api/v1/me")).Status, Is.EqualTo(401));
        using var nobody = _host.Nobody();
        Assert.That((await nobody.Post("/api/v1/auth/login", new { email = canaries.Email, password = ApiHost.Password })).Code, Is.EqualTo("wrong_credentials"));
        Assert.That((await _host.CountRows("group_member"))["group_member"], Is.Zero);
        Assert.That((await _owner.Get("/api/v1/admin/limits")).Text, Does.Not.Contain("7777"));
        await Eventually.Is(() => Engine.Running == 0);
        Engine.Release();
        await AssertNoneInTables();

        await Finish(new(Guid.Parse(id)));
        await AssertNoneInTables();
        await Eventually.Is(() => Traces.Files(_folder, Canaries.Mark).Count == 0);
        Assert.That(_logs.Text, Does.Not.Contain(Canaries.Mark));
        if (_redis is not null)
        {
            Assert.That(await _redis.Ask("DBSIZE"), Is.Not.EqualTo(":0"));
            Assert.That(await Traces.Keys(_redis, Canaries.Mark), Is.Zero);
        }

        Assert.That((await _host.CountRows("usage_entry"))["usage_entry"], Is.InRange(spent, spent + 1), "What was spent is still counted, and what the answer had cost that was cut off.");
        var log = (await _owner.Get("/api/v1/admin/audit?limit=200")).Json.GetProperty("items").EnumerateArray()
            .Where(item => item.GetProperty("subject").GetString() == id).ToArray();
        Assert.That(log.Select(item => Text(item, "action")), Does.Contain("forget_me").And.Contain("issue_key").And.Contain("revoke_key"));
        Assert.That(log.Select(item => Text(item, "name")), Is.All.Empty);
        Assert.That(await Status(id), Is.EqualTo("Forgotten"));
        Assert.That((await _owner.Get("/api/v1/admin/users?limit=200")).Text, Does.Not.Contain(id));
    }

    [Test]
    public async Task An_admin_forgets_a_member_and_nobody_forgets_the_owner()
    {
        using var admin = await _host.Member("an admin", Role.Admin);
        using var other = await _host.Member("another admin", Role.Admin);
        using var member = await _host.Member(Canaries.Mark);
        var owner = (await _owner.Get("/api/v1/me")).Id;
        Assert.That((await admin.Post($"/api/v1/admin/users/{owner}/forget")).Status, Is.EqualTo(403));
        Assert.That((await admin.Post($"/api/v1/admin/users/{other.UserId}/forget")).Status, Is.EqualTo(403));
        Assert.That((await admin.Post($"/api/v1/admin/users/{admin.UserId}/forget")).Code, Is.EqualTo("not_yourself"));
        Assert.That((await admin.Post($"/api/v1/admin/users/{Guid.CreateVersion7()}/forget")).Status, Is.EqualTo(404));
        var last = await _owner.Post("/api/v1/me/forget", new { password = ApiHost.Password });
        Assert.That((last.Status, last.Code), Is.EqualTo((409, "owner_stays")));
        Assert.That((await _owner.Get("/api/v1/me")).Status, Is.EqualTo(200));

        Assert.That((await admin.Post($"/api/v1/admin/users/{member.UserId}/forget")).Status, Is.EqualTo(204));
        Assert.That((await member.Get("/api/v1/me")).Status, Is.EqualTo(401));
        Assert.That((await admin.Post($"/api/v1/admin/users/{member.UserId}/forget")).Status, Is.EqualTo(404));
        Assert.That((await _owner.Patch($"/api/v1/admin/users/{member.UserId}", new { status = "active" })).Code, Is.EqualTo("user_forgotten"));
        await AssertNoneInTables();
        var entry = (await _owner.Get("/api/v1/admin/audit?limit=200")).Json.GetProperty("items").EnumerateArray()
            .First(item => Text(item, "action") == "forget_user" && Text(item, "outcome") == "done");
        Assert.That((Text(entry, "target"), Text(entry, "name")), Is.EqualTo(($"{member.UserId}", "an admin")));
    }

    [Test]
    public async Task What_a_call_under_way_writes_after_it_goes_as_well()
    {
        using var member = await _host.Member("late");
        Assert.That((await _owner.Post($"/api/v1/admin/users/{member.UserId}/forget")).Status, Is.EqualTo(204));

        // Somewhere else the key is believed for some seconds more.
        var late = await _host.Services.GetRequiredService<UseCases>().Send(
            new Application.Conversations.OpenSession(new(Canaries.Mark, null, null, null, null), null),
            new Actor(member.UserId, Role.Member, []),
            CancellationToken.None);
        Assert.That(late.Refusal, Is.Null);
        await Finish(member.UserId);
        await AssertNoneInTables();
        Assert.That(await Status($"{member.UserId}"), Is.EqualTo("Forgotten"));
    }

    [Test]
    public async Task A_key_that_is_confined_to_something_can_neither_forget_nor_take_everything_along()
    {
        using var keeper = await _host.Member("keeper", Role.Member, "keys");
        using var chatter = await _host.Member("chatter", Role.Member, "chat");
        foreach (var confined in new[] { keeper, chatter })
        {
            Assert.That((await confined.Get("/api/v1/me/export")).Status, Is.EqualTo(403));
            Assert.That((await confined.Post("/api/v1/me/forget", new { password = ApiHost.Password })).Status, Is.EqualTo(403));
        }

        using var whole = await _host.Member("whole");
        Assert.That((await whole.Post("/api/v1/me/forget", new { password = ApiHost.Password })).Code, Is.EqualTo("no_password"));
    }

    private async Task<long> KeptAnswers() =>
        (await _host.Services.GetRequiredService<IAnswerStore>().Measure(CancellationToken.None))!.Entries;

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    private async Task Finish(UserId user)
    {
        var finished = await _host.Services.GetRequiredService<UseCases>().Send(new FinishDepartures([user]), null, CancellationToken.None);
        Assert.That(finished.Refusal, Is.Null);
    }

    private async Task AssertNoneInTables() => Assert.That(
        (await Traces.Tables(Dialect, kind)).Where(column => column.Value.Contains(Canaries.Mark, StringComparison.OrdinalIgnoreCase)).Select(column => column.Key),
        Is.Empty);

    private async Task<string> Status(string id) => (await Dialect.Read<string>(
        new("", "SELECT status FROM app_user WHERE id = @id", ("@id", Guid.Parse(id))), CancellationToken.None)).Single();

    private async Task<LinkedWorker> Enrol()
    {
        var invited = await _owner.Post("/api/v1/admin/workers", new { name = "anna-mac" });
        using var nobody = _host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = invited.Json.GetProperty("code").GetString() });
        var worker = await LinkedWorker.Start(
            _host.Address,
            "anna-mac",
            Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!),
            journal: _folder.File("worker"));
        await Eventually.Is(() => _host.Services.GetRequiredService<IWorkerRegistry>().FindModel(null) is not null);
        return worker;
    }
}
