using System.Net.WebSockets;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Relay.Link;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>Who becomes a worker, by a code that is good once; and how many may stand at the door who have proved nothing.</summary>
[TestFixture]
internal sealed class EnrolmentTests
{
    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start(ApiHost.NoWorker);
        _owner = await _host.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_code_is_good_once_and_a_newer_one_replaces_it()
    {
        using var nobody = _host.Nobody();
        var lost = await Invite("anna-mac");
        var code = await Invite("anna-mac");
        Assert.That((await nobody.Post("/api/v1/enrol", new { code = lost })).Code, Is.EqualTo("code_invalid"));
        Assert.That((await nobody.Post("/api/v1/enrol", new { code })).Status, Is.EqualTo(200));
        Assert.That((await nobody.Post("/api/v1/enrol", new { code })).Code, Is.EqualTo("code_invalid"));
        Assert.That((await nobody.Post("/api/v1/enrol", new { code = "7Q2MX-7Q2MX-7Q2MX-7Q2MX" })).Status, Is.EqualTo(403));
        Assert.That((await _owner.Post("/api/v1/admin/workers", new { name = "anna-mac" })).Code, Is.EqualTo("worker_enrolled"));
    }

    [Test]
    public async Task Of_many_who_bring_the_same_code_at_once_one_becomes_the_worker()
    {
        var code = await Invite("anna-mac");
        using var nobody = _host.Nobody();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => nobody.Post("/api/v1/enrol", new { code })));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => answer.Code), Is.All.EqualTo("code_invalid"));
    }

    [TestCase("")]
    [TestCase("Anna")]
    [TestCase("-anna")]
    [TestCase("anna mac")]
    [TestCase("local")]
    [TestCase("a123456789012345678901234567890123456789x")]
    public async Task A_name_that_is_none_is_refused_by_name(string name)
    {
        var answer = await _owner.Post("/api/v1/admin/workers", new { name });
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Json.GetProperty("errors").TryGetProperty("name", out _), Is.True);
    }

    [Test]
    public async Task An_answer_that_was_lost_is_given_once_more_to_whoever_asked()
    {
        using var nobody = _host.Nobody();
        var code = await Invite("anna-mac");
        var (mine, others) = (new string('a', 64), new string('b', 64));
        var lost = await nobody.Post("/api/v1/enrol", new { code, claim = mine });
        var again = await nobody.Post("/api/v1/enrol", new { code, claim = mine.ToUpperInvariant() });
        Assert.That((again.Status, again.Text), Is.EqualTo((200, lost.Text)), "the same root");
        Assert.That((await nobody.Post("/api/v1/enrol", new { code, claim = others })).Code, Is.EqualTo("code_invalid"));
        Assert.That((await nobody.Post("/api/v1/enrol", new { code })).Code, Is.EqualTo("code_invalid"));
        Assert.That((await nobody.Post("/api/v1/enrol", new { code, claim = "short" })).Fields, Is.EqualTo(["claim"]));
        Assert.That((await _owner.Get("/api/v1/admin/workers")).Json.GetProperty("items")[0].GetProperty("code_expires_at").GetString(), Is.Null);

        await _owner.Delete("/api/v1/admin/workers/anna-mac");
        Assert.That((await nobody.Post("/api/v1/enrol", new { code, claim = mine })).Code, Is.EqualTo("code_invalid"), "sent away");
    }

    [Test]
    public async Task Of_many_who_bring_the_same_code_and_claim_at_once_all_get_the_same_root()
    {
        var code = await Invite("anna-mac");
        using var nobody = _host.Nobody();
        var claim = new string('c', 64);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => nobody.Post("/api/v1/enrol", new { code, claim })));
        Assert.That(answers.Select(answer => (answer.Status, answer.Text)).Distinct(), Is.EqualTo([(200, answers[0].Text)]));
    }

    [Test]
    public async Task A_bot_is_one_workers_until_that_one_is_sent_away()
    {
        var bot = new { bot_id = "100000000000000042" };
        await Enrol("anna-mac");
        await Enrol("berta");
        Assert.That((await _owner.Put("/api/v1/admin/workers/anna-mac/bot", bot)).Status, Is.EqualTo(204));
        Assert.That((await _owner.Put("/api/v1/admin/workers/anna-mac/bot", bot)).Status, Is.EqualTo(204), "its own it has already");
        Assert.That((await _owner.Put("/api/v1/admin/workers/berta/bot", bot)).Code, Is.EqualTo("bot_taken"));

        await _owner.Delete("/api/v1/admin/workers/anna-mac");
        Assert.That((await _owner.Put("/api/v1/admin/workers/berta/bot", bot)).Status, Is.EqualTo(204));
        await Invite("anna-mac");
        Assert.That((await _owner.Put("/api/v1/admin/workers/anna-mac/bot", bot)).Code, Is.EqualTo("bot_taken"), "the other way round now");
    }

    [Test]
    public async Task Sockets_that_prove_nothing_are_counted()
    {
        var root = await Enrol("anna-mac");
        List<RawLink> silent = [];
        for (var i = 0; i < LinkPlaces.PerAddress; i++)
        {
            silent.Add(await RawLink.Open(_host.Address, "anna-mac", root));
        }

        using (var late = new ClientWebSocket())
        {
            late.Options.AddSubProtocol(LinkProtocol.Name);
            late.Options.CollectHttpResponseDetails = true;
            var address = new Uri($"ws://{_host.Address.Authority}{LinkProtocol.Path}?worker=anna-mac");
            Assert.That(async () => await late.ConnectAsync(address, CancellationToken.None), Throws.InstanceOf<WebSocketException>());
            Assert.That((int)late.HttpStatusCode, Is.EqualTo(503));
        }

        // One that proves itself makes room for another.
        await silent[0].Send(silent[0].Hello(silent[0].Challenge));
        await Online("anna-mac");
        (await RawLink.Open(_host.Address, "anna-mac", root)).Dispose();

        // So does one that leaves.
        silent.ForEach(link => link.Dispose());
        await Eventually.Is(() => TakesLinks(root));
    }

    private async Task<bool> TakesLinks(byte[] root)
    {
        try
        {
            (await RawLink.Open(_host.Address, "anna-mac", root)).Dispose();
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    private async Task<string> Invite(string name) =>
        (await _owner.Post("/api/v1/admin/workers", new { name })).Json.GetProperty("code").GetString()!;

    private async Task<byte[]> Enrol(string name)
    {
        using var nobody = _host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = await Invite(name) });
        return Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
    }

    private Task Online(string name) => Eventually.Is(() =>
        _host.Services.GetRequiredService<IWorkerRegistry>().List().Any(worker => worker.Id == new WorkerId(name)));
}
