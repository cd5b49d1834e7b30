using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Relay;

[TestFixture]
internal sealed class EventStreamTests
{
    private ApiHost _host = null!;
    private ApiClient _me = null!;
    private string _session = null!;

    private string Messages => $"/api/v1/sessions/{_session}/messages";

    [OneTimeSetUp]
    public async Task Start() => _host = await ApiHost.Start();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [SetUp]
    public async Task NewSession()
    {
        _host.Engine.Hold();
        _me = await _host.Member("me");
        _session = await _me.OpenSession();
    }

    [TearDown]
    public void Leave()
    {
        _host.Engine.Release();
        _me.Dispose();
    }

    [Test]
    public async Task A_turn_is_told_from_queued_to_completed_in_place()
    {
        var events = await _me.Events(Messages, new { content = "think about it" });
        Assert.That(events.Select(each => each.Id), Is.EqualTo(Enumerable.Range(1, events.Count).Select(id => $"{id}")));
        Assert.That(events.Select(each => each.Event).Take(2), Is.EqualTo(new[] { "queued", "started" }));
        Assert.That(events[1].Data.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo("local"));
        var deltas = events.Where(each => each.Event == "delta").Select(each => each.Data).ToArray();
        Assert.That(deltas[0].GetProperty("kind").GetString(), Is.EqualTo("reasoning"));
        var text = "";
        foreach (var delta in deltas.Where(delta => delta.GetProperty("kind").GetString() == "text"))
        {
            Assert.That(delta.GetProperty("part").GetInt32(), Is.EqualTo(1));
            Assert.That(delta.GetProperty("offset").GetInt32(), Is.EqualTo(text.Length));
            text += delta.GetProperty("text").GetString();
        }

        var end = events[^1];
        Assert.That((end.Event, text), Is.EqualTo(("completed", "think about it")));
        Assert.That(end.Data.GetProperty("message").GetProperty("text").GetString(), Is.EqualTo(text));
        Assert.That(end.Data.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), Is.EqualTo(3));
        Assert.That(end.Data.GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo("echo"));
    }

    [Test]
    public async Task A_stream_resumed_after_any_event_goes_on_exactly_there()
    {
        var whole = await _me.Events(Messages, new { content = "one two three four five" });
        var request = whole[0].Data.GetProperty("request_id").GetString();
        for (var last = 0; last < whole.Count; last++)
        {
            var byHeader = await _me.Events($"/api/v1/requests/{request}/events", headers: [("Last-Event-ID", $"{last}")]);
            var byQuery = await _me.Events($"/api/v1/requests/{request}/events?last_event_id={last}");
            Assert.That(Raw(byHeader), Is.EqualTo(Raw(whole.Skip(last))));
            Assert.That(Raw(byQuery), Is.EqualTo(Raw(byHeader)));
        }
    }

    [Test]
    public async Task Whoever_has_the_end_gets_nothing_more()
    {
        var whole = await _me.Events(Messages, new { content = "hello" });
        var request = whole[0].Data.GetProperty("request_id").GetString();
        Assert.That((await _me.Get($"/api/v1/requests/{request}/events", ("Last-Event-ID", whole[^1].Id!))).Status, Is.EqualTo(204));
    }

    [TestCase("99")]
    [TestCase("-1")]
    [TestCase("x")]
    [TestCase("1.5")]
    [TestCase("99999999999999999999999")]
    public async Task An_event_that_never_was_is_refused(string id)
    {
        var whole = await _me.Events(Messages, new { content = "hello" });
        var answer = await _me.Get($"/api/v1/requests/{whole[0].Data.GetProperty("request_id").GetString()}/events", ("Last-Event-ID", id));
        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "unknown_event_id")));
    }

    [Test]
    public async Task A_live_stream_shows_the_first_word_before_the_last_is_written()
    {
        var taken = await _me.Post(Messages, new { content = "hold on" });
        var path = taken.Json.GetProperty("request").GetProperty("events_url").GetString()!;
        var begun = await _me.Events(path, most: 3);
        Assert.That(begun[2].Data.GetProperty("text").GetString(), Is.EqualTo("hold"));
        var rest = _me.Events(path, headers: [("Last-Event-ID", "3")]);
        _host.Engine.Release();
        Assert.That((await rest).Select(each => each.Event), Is.EqualTo(new[] { "delta", "completed" }));
    }

    [Test]
    public async Task A_cancelled_turn_ends_with_what_there_was()
    {
        var taken = await _me.Post(Messages, new { content = "hold on" });
        var path = taken.Json.GetProperty("request").GetProperty("events_url").GetString()!;
        await _me.Events(path, most: 3);
        await _me.Post(path.Replace("/events", "/cancel", StringComparison.Ordinal));
        var end = (await _me.Events(path))[^1];
        Assert.That(end.Event, Is.EqualTo("cancelled"));
        Assert.That(end.Data.GetProperty("partial_message").GetProperty("text").GetString(), Is.EqualTo("hold"));
    }

    [Test]
    public async Task Blocks_of_html_are_the_same_for_a_reader_who_resumed()
    {
        // The first word stands alone, whatever the coalescing does: a reader who resumes after it has begun in the middle of a block.
        const string said = "hold *some* text here\n\n- one\n- two\n\n```cs\nvar x = 1;\n```\nend";
        var taken = await _me.Post(Messages, new { content = said });
        var path = taken.Json.GetProperty("request").GetProperty("events_url").GetString()! + "?html=true";
        Assert.That((await _me.Events(path, most: 3))[2].Data.GetProperty("text").GetString(), Is.EqualTo("hold"));
        _host.Engine.Release();
        var whole = await _me.Events(path);
        var expected = whole[^1].Data.GetProperty("message").GetProperty("parts")[0].GetProperty("html").GetString();
        Assert.That(Html(whole), Is.EqualTo(expected));
        foreach (var last in new[] { 2, 3, whole.Count(each => each.Id is not null) - 2 })
        {
            var rest = await _me.Events(path, headers: [("Last-Event-ID", $"{last}")]);
            var before = whole.TakeWhile(
                each => each.Id is null || int.Parse(each.Id, System.Globalization.CultureInfo.InvariantCulture) <= last);
            Assert.That(Html([.. before, .. rest]), Is.EqualTo(expected), $"resumed after {last}");
        }
    }

    [Test]
    public async Task Every_event_is_one_line_of_data_and_the_stream_says_when_to_come_back()
    {
        using var http = new HttpClient { BaseAddress = _host.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", _me.Key);
        var turn = await _me.Say(_session, "first line\nsecond line \u2028 \"quoted\" \\ 🦎");
        var raw = await http.GetStringAsync(new Uri($"{turn.Json.GetProperty("request").GetProperty("events_url")}", UriKind.Relative));
        Assert.That(raw, Does.StartWith("retry: 1000\n\nid: 1\nevent: queued\ndata: {"));
        foreach (var line in raw.Split('\n').Where(line => line.Length > 0))
        {
            Assert.That(line, Does.Match("^(id|event|data|retry): "));
        }
    }

    [Test]
    public async Task A_comment_comes_every_15_seconds_when_nothing_else_does()
    {
        var clock = new StoppedClock();
        await using var host = await ApiHost.Start([], services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        host.Engine.Hold();
        using var me = await host.Member("me");
        var taken = await me.Post($"/api/v1/sessions/{await me.OpenSession()}/messages", new { content = "hold on" });
        using var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", me.Key);
        var path = taken.Json.GetProperty("request").GetProperty("events_url").GetString()!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var lines = new StreamReader(await http.GetStreamAsync(new Uri(path, UriKind.Relative), patience.Token));
        var heard = "";
        while (!heard.EndsWith("\"hold\"}", StringComparison.Ordinal))
        {
            heard = await lines.ReadLineAsync(patience.Token) ?? throw new EndOfStreamException();
        }

        Assert.That(await lines.ReadLineAsync(patience.Token), Is.Empty);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await clock.SomebodyWaits(TimeSpan.FromSeconds(15));
            clock.Advance(TimeSpan.FromSeconds(15));
            Assert.That(await lines.ReadLineAsync(patience.Token), Is.EqualTo(":"));
            Assert.That(await lines.ReadLineAsync(patience.Token), Is.Empty);
        }

        host.Engine.Release();
        Assert.That(await lines.ReadLineAsync(patience.Token), Is.EqualTo("id: 4"));
    }

    private static IEnumerable<string> Raw(IEnumerable<(string? Id, string Event, JsonElement Data)> events) =>
        events.Select(each => $"{each.Id} {each.Event} {each.Data.GetRawText()}");

    private static string Html(IReadOnlyList<(string? Id, string Event, JsonElement Data)> events)
    {
        var blocks = new SortedDictionary<int, string>();
        foreach (var block in events
            .Where(each => each.Event == "delta" && each.Data.TryGetProperty("blocks", out _))
            .SelectMany(each => each.Data.GetProperty("blocks").EnumerateArray()))
        {
            blocks[block.GetProperty("index").GetInt32()] = block.GetProperty("html").GetString()!;
        }

        return string.Concat(blocks.Values);
    }
}
