using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using static MeatLizard.Hosts.Tests.Inference.StoredResponses;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>A stored response's events are the same with the same numbers, whoever reads them, when, and from wherever.</summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
internal sealed class StoredStreamTests(Database kind)
{
    private const int Seed = 20261122;

    private TestDatabase? _database;
    private ApiHost _host = null!;
    private ApiClient _caller = null!;

    [SetUp]
    public async Task Start()
    {
        _database = kind == Database.Postgres ? await TestDatabase.Create(kind) : null;
        _host = await ApiHost.Start([.. _database?.Settings.Select(setting => $"--{setting.Key}={setting.Value}") ?? []]);
        _caller = await _host.Member("caller");
    }

    [TearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [TestCase("think of lizards", "response.completed")]
    [TestCase("cut this short", "response.incomplete")]
    [TestCase("call look", "response.completed")]
    [TestCase("break now", "response.failed")]
    public async Task After_any_event_come_those_that_follow_it(string input, string end)
    {
        var ended = await _caller.Ended(await _caller.Begin(input));
        var all = await _caller.Read(ended.Id);
        Assert.That(all.Select(Number), Is.EqualTo(Enumerable.Range(0, all.Length).Select(number => (long)number)));
        Assert.That(all[..2].Select(Type), Is.EqualTo(["response.created", "response.queued"]));
        Assert.That(Type(all[^1]), Is.EqualTo(end));
        Assert.That(JsonDocument.Parse(all[^1]).RootElement.GetProperty("response").GetRawText(), Is.EqualTo(ended.Text), "the last event is what is stored");
        for (var after = -1; after <= all.Length; after++)
        {
            Assert.That(await _caller.Read(ended.Id, after < 0 ? null : after), Is.EqualTo(all[Math.Min(after + 1, all.Length)..]), $"after {after}");
        }
    }

    [Test]
    public async Task Who_asks_with_a_stream_and_who_reads_later_are_told_the_same()
    {
        foreach (var background in new[] { false, true })
        {
            var live = await _caller.Events(Url, new { model = "echo", input = "think of lizards", store = true, background, stream = true });
            var id = live[0].Data.GetProperty("response").GetProperty("id").GetString()!;
            Assert.That(await _caller.Read(id), Is.EqualTo(live.Select(one => one.Data.GetRawText())));
            Assert.That(live.Select(one => one.Event), Is.EqualTo(live.Select(one => one.Data.GetProperty("type").GetString())));
            Assert.That(live.Any(one => one.Event == "response.queued"), Is.EqualTo(background));
        }
    }

    [Test]
    public async Task Readers_of_one_under_way_get_the_rest_of_it_each_from_where_they_are()
    {
        var id = await _caller.Begin("hold the line");
        var begun = await _caller.Read(id, most: 6);
        var readers = Enumerable.Range(-1, begun.Length).Select(after => (After: after, Following: _caller.Read(id, after < 0 ? null : after))).ToArray();
        _host.Engine.Release();
        var all = await _caller.Read(id);
        Assert.That(begun, Is.EqualTo(all[..begun.Length]));
        foreach (var (after, rest) in readers)
        {
            Assert.That(await rest, Is.EqualTo(all[(after + 1)..]), $"after {after}");
        }
    }

    [Test]
    public async Task Cut_at_seeded_places_a_reader_holds_every_event_once()
    {
        var random = new Random(Seed + (int)kind);
        var id = await Written(random, pieces: 400);
        var all = await _caller.Read(id);
        Assert.That(all, Has.Length.GreaterThan(200));
        Assert.That(all.Select(Number), Is.EqualTo(Enumerable.Range(0, all.Length).Select(number => (long)number)));
        for (var round = 0; round < 12; round++)
        {
            List<string> held = [];
            while (held.Count < all.Length)
            {
                held.AddRange(await _caller.Read(id, held.Count == 0 ? null : Number(held[^1]), most: random.Next(1, 150)));
            }

            Assert.That(held, Is.EqualTo(all));
        }
    }

    [Test]
    public async Task What_is_wrong_with_the_question_is_named()
    {
        var id = (await _caller.Ended(await _caller.Begin("x"))).Id;
        foreach (var (query, param, code) in new[]
        {
            ("starting_after=1", "starting_after", "invalid_value"), ("stream=true&starting_after=-1", "starting_after", "invalid_value"),
            ("stream=true&starting_after=x", "starting_after", "invalid_value"), ("stream=yes", "stream", "invalid_value"),
            ("include=usage", "include", "unknown_parameter"),
        })
        {
            var answer = await _caller.Get(Of(id, $"?{query}"));
            Assert.That((answer.Status, Error(answer)), Is.EqualTo((400, (code, param))), query);
        }
    }

    [Test]
    public async Task When_the_events_are_not_kept_any_more_the_response_still_is()
    {
        var ended = await _caller.Ended(await _caller.Begin("think of lizards"));
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            _ = await scope.ServiceProvider.GetRequiredService<IReplyLog>().Compact(DateTimeOffset.UtcNow.AddHours(1), CancellationToken.None);
        }

        var gone = await _caller.Get(Of(ended.Id, "?stream=true"));
        Assert.That((gone.Status, Error(gone)), Is.EqualTo((400, ("events_gone", "stream"))), gone.Text);
        Assert.That((await _caller.Get(Of(ended.Id))).Text, Is.EqualTo(ended.Text));
    }

    /// <summary>A response whose events are put into its log as a worker's pieces would be: of all kinds, in parts of any length.</summary>
    private async Task<string> Written(Random random, int pieces)
    {
        var id = await _caller.Begin("hold the line");
        _ = await _caller.Read(id, most: 6);
        _ = await _caller.Post(Of(id, "/cancel"));
        var request = ResponseNames.Read(id)!.Value;
        await using var scope = _host.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var log = services.GetRequiredService<IReplyLog>();
        var copy = new StoredResponse
        {
            Id = new(Guid.CreateVersion7()),
            UserId = _caller.UserId,
            Background = true,
            Given = (await services.GetRequiredService<IResponseStore>().Find(request, CancellationToken.None))!.Given,
            CreatedAt = DateTimeOffset.UtcNow,
        };
        var model = (await services.GetRequiredService<IRequestStore>().Find(request, CancellationToken.None))!.State;
        services.GetRequiredService<IRequestStore>().Save(RelayRequest.Queue(
            new(copy.Id, model.SessionId, model.UserId, model.LeafId, model.AnswerId, model.Settings, model.Deadlines, 1), DateTimeOffset.UtcNow.AddHours(1)));
        services.GetRequiredService<IResponseStore>().Add(copy);
        var (next, part, offset) = (1L, 0, 0);
        log.Append(copy.Id, new ReplyQueued(model.LeafId, 0) { Id = next++ });
        log.Append(copy.Id, new ReplyStarted(1, new(OriginKind.Worker, "anna", "echo")) { Id = next++ });
        log.Append(copy.Id, new ReplyStarted(2, new(OriginKind.Worker, "berta", "echo")) { Id = next++ });
        var kind = ChunkKind.Reasoning;
        for (var i = 0; i < pieces; i++)
        {
            var text = $"p{i}\u00fc\U0001F98E ";
            log.Append(copy.Id, new ReplyDelta(2, part, kind, offset, text) { Id = next++ });
            offset += text.Length;
            if (random.Next(12) == 0)
            {
                (part, offset, kind) = (part + 1, 0, (ChunkKind)random.Next(3));
            }
        }

        log.Append(copy.Id, new ReplyFailed(model.AnswerId, new("worker_restarted", "The worker was restarted.", Retryable: true)) { Id = next });
        await services.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        return ResponseNames.Of(copy.Id);
    }
}
