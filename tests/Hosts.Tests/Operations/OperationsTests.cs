using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Operations;

[TestFixture]
internal sealed class OperationsTests : OwnersFixture
{
    [Test]
    public async Task It_is_alive_ready_and_says_what_it_has()
    {
        Assert.That((await Owner.Get("/health")).Text, Is.EqualTo("""{"status":"ok"}"""));
        Assert.That((await Owner.Get("/ready")).Status, Is.EqualTo(200));
        var deep = (await Owner.Get("/health/deep")).Json;
        Assert.That(deep.GetProperty("status").GetString(), Is.EqualTo("ok"));
        Assert.That(deep.GetProperty("workers")[0].GetProperty("models")[0].GetString(), Is.EqualTo("echo"));
        var models = (await Owner.Get("/api/v1/models")).Json;
        Assert.That(models.GetProperty("items")[0].ToString(), Is.EqualTo(
            """{"id":"echo","title":null,"context_size":100000,"workers":["local"],"providers":[],"input_modalities":["text"],"output_modalities":["text"]}"""));
        Assert.That(models.GetProperty("problem").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Metrics_are_what_Prometheus_reads()
    {
        await Owner.Get("/metrics");
        await Owner.Get("/api/v1/sessions");
        var text = (await Owner.Get("/metrics")).Text;
        Assert.That(text, Does.Contain("# TYPE meatlizard_use_case_duration_seconds histogram"));
        Assert.That(text, Does.Contain("meatlizard_use_case_duration_seconds_count{use_case=\"ListSessions\"} 1"));
        Assert.That(text, Does.Contain("http_server_request_duration_seconds_bucket"));
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            Assert.That(line, Does.Match("""^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-z_0-9]+="[^"]*",?)*\})? [-+0-9.eENna]+$"""));
        }
    }

    [Test]
    public async Task Every_answer_carries_what_keeps_the_page_safe()
    {
        foreach (var path in new[] { "/", "/app.js", "/health", "/api/v1/me", "/api/v1/nothing" })
        {
            var answer = await Owner.Get(path);
            Assert.That(answer.Header("Content-Security-Policy"), Is.EqualTo(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
                + "base-uri 'none'; frame-ancestors 'none'"), path);
            Assert.That(answer.Header("X-Content-Type-Options"), Is.EqualTo("nosniff"));
            Assert.That(answer.Header("Referrer-Policy"), Is.EqualTo("no-referrer"));
            Assert.That(answer.Header("Server"), Is.Null);
        }
    }

    [Test]
    public async Task Files_of_the_page_are_asked_for_and_answered_by_their_tag()
    {
        var first = await Owner.Get("/app.js");
        Assert.That((first.Status, first.Header("Cache-Control")), Is.EqualTo((200, "no-cache")));
        Assert.That((await Owner.Get("/app.js", ("If-None-Match", first.Header("ETag")!))).Status, Is.EqualTo(304));
        Assert.That((await Owner.Get("/api/v1/me")).Header("Cache-Control"), Is.EqualTo("no-store"));
    }

    [TestCase("my-id_1.2", true)]
    [TestCase("with space", false)]
    [TestCase("<script>", false)]
    public async Task A_request_id_is_echoed_when_it_is_one(string id, bool echoed)
    {
        var answer = await Owner.Get("/health", ("X-Request-Id", id));
        Assert.That(answer.Header("X-Request-Id") == id, Is.EqualTo(echoed));
        Assert.That(answer.Header("X-Request-Id"), Is.Not.Empty);
        Assert.That((await Owner.Get("/health", ("X-Request-Id", new string('a', 129)))).Header("X-Request-Id"), Has.Length.LessThan(129));
    }
}
