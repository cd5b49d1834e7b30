using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using MeatLizard.KillHost;
using MeatLizard.Testing.Storage;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>
/// The host is killed while a stored response is on its way, and started again. The response has one end, and whoever read its events goes on
/// behind the last one.
/// </summary>
[TestFixture(Database.Sqlite)]
[TestFixture(Database.Postgres)]
[Parallelizable(ParallelScope.Self)]
internal sealed class KilledResponseTests(Database kind)
{
    private static readonly string[] Script = [.. Enumerable.Range(0, 16).Select(i => i % 4 == 3 ? $" drei\u00dfig \U0001F98E {i}." : $" token{i}")];

    private DurabilityHost _host = null!;

    [OneTimeSetUp]
    public async Task Prepare() => _host = await DurabilityHost.Start(kind, DurabilityHost.Scripted(Script, tokenMs: 12));

    [OneTimeTearDown]
    public async Task CleanUp() => await _host.DisposeAsync();

    [TestCase(KillPoint.BeforeInsert, 0, true)]
    [TestCase(KillPoint.AfterCommitBeforeAnswer, 0, true)]
    [TestCase(KillPoint.Dispatched, 0, true)]
    [TestCase(KillPoint.Accepted, 0, false)]
    [TestCase(KillPoint.ChunkCommitted, 0, true)]
    [TestCase(KillPoint.ChunkCommitted, 0, false)]
    [TestCase(KillPoint.DoneReceived, 0, true)]
    [TestCase(KillPoint.EndCommitted, 0, true)]
    public async Task Killed_at(KillPoint point, int passes, bool background)
    {
        await _host.Revive();
        var key = Guid.NewGuid().ToString();
        List<string> held = [];
        using (var http = _host.Http())
        {
            await _host.Process.Arm(point, passes);
            await Continue(http, held, () => Asked(key, background));
            Assert.That(await _host.Process.Died(), Is.EqualTo(KillHostProcess.Killed));
            await _host.Process.NoChildIsLeft();
        }

        await _host.Revive();
        using var again = _host.Http();
        var id = held.Count > 0 ? Read(held[0]).GetProperty("response").GetProperty("id").GetString() : null;
        if (id is null)
        {
            await Continue(again, held, () => Asked(key, background));
            id = Read(held[0]).GetProperty("response").GetProperty("id").GetString();
        }

        await Continue(again, held, () => From(id!, held));
        Assert.That(held.Select(one => Read(one).GetProperty("sequence_number").GetInt32()), Is.EqualTo(Enumerable.Range(0, held.Count)), "no event is missed or repeated");
        List<string> whole = [];
        await Continue(again, whole, () => From(id!, whole));
        Assert.That(held, Is.EqualTo(whole));

        var stored = await again.GetFromJsonAsync<JsonElement>($"/v1/responses/{id}");
        Assert.That(Read(held[^1]).GetProperty("response").GetRawText(), Is.EqualTo(stored.GetRawText()));
        var text = string.Concat(held.Select(Read).Where(one => one.GetProperty("type").GetString() == "response.output_text.delta").Select(one => one.GetProperty("delta").GetString()));
        var isWhole = stored.GetProperty("status").GetString() == "completed";
        TestContext.Out.WriteLine($"| {kind} | {point} {passes} | {stored.GetProperty("status")} | {text.Length} |");
        Assert.That(string.Concat(Script), isWhole ? Is.EqualTo(text) : Does.StartWith(text));
        if (point is < KillPoint.MidGeneration or KillPoint.EndCommitted)
        {
            Assert.That(isWhole, Is.True, "before any text, somebody is asked again");
        }

        if (point is KillPoint.ChunkCommitted or KillPoint.DoneReceived)
        {
            Assert.That(stored.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("worker_restarted"), "once there is text, nobody else is asked");
            Assert.That(text, Is.Not.Empty);
        }
    }

    private static HttpRequestMessage Asked(string key, bool background) => new(HttpMethod.Post, "/v1/responses")
    {
        Content = JsonContent.Create(new { model = "scripted", input = "Tell me about lizards.", store = true, background, stream = true }),
        Headers = { { "Idempotency-Key", key } },
    };

    private static HttpRequestMessage From(string id, List<string> held) => new(
        HttpMethod.Get, $"/v1/responses/{id}?stream=true{(held.Count == 0 ? "" : $"&starting_after={Read(held[^1]).GetProperty("sequence_number")}")}");

    /// <summary>Reads on, to the end or until the host is gone.</summary>
    private static async Task Continue(HttpClient http, List<string> held, Func<HttpRequestMessage> ask)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            using var asked = ask();
            using var answer = await http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            Assert.That(answer.IsSuccessStatusCode, Is.True, $"{answer.StatusCode}");
            await using var stream = await answer.Content.ReadAsStreamAsync(patience.Token);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(patience.Token))
            {
                held.Add(item.Data);
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            // The host died of it.
        }
    }

    private static JsonElement Read(string happened) => JsonDocument.Parse(happened).RootElement;
}
