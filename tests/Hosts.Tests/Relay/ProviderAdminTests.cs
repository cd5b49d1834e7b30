using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;
using MeatLizard.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>Providers that an admin looks after while the server runs: their keys, their prices, their budgets.</summary>
[TestFixture]
internal sealed class ProviderAdminTests
{
    private const string Secret = "sk-very-secret";
    private const string Path = "/api/v1/admin/providers";

    private ScriptedProvider _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await ScriptedProvider.Start();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task A_provider_that_an_admin_adds_answers_at_once_with_a_key_that_nobody_reads_again()
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        Assert.That((await owner.Get(Path)).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        var set = await owner.Put($"{Path}/cloud", new { base_url = _cloud.BaseUrl, models = new[] { "large", "small" }, key = Secret });
        Assert.That(set.Status, Is.EqualTo(200), set.Text);
        Assert.That((set.Json.GetProperty("key").GetString(), set.Json.GetProperty("kept").GetBoolean()), Is.EqualTo(("kept", true)));

        Assert.That(Text(await owner.Say(await owner.OpenSession(), "Hello?")), Is.EqualTo("Hello from the cloud."));
        Assert.That(_cloud.Key, Is.EqualTo($"Bearer {Secret}"));

        foreach (var path in new[] { Path, $"{Path}/cloud", "/api/v1/admin/audit", "/health/deep" })
        {
            Assert.That((await owner.Get(path)).Text, Does.Not.Contain(Secret), path);
        }

        Assert.That((await owner.Get("/api/v1/admin/audit")).Text, Does.Contain("set_provider").And.Contain("\"cloud\""));
        var stored = await host.Services.GetRequiredService<IDialect>().Read<byte[]>(
            new("", "SELECT sealed_key FROM provider_setting"), CancellationToken.None);
        Assert.That(System.Text.Encoding.UTF8.GetString(stored.Single()), Does.Not.Contain(Secret));
    }

    [Test]
    public async Task What_is_said_anew_leaves_the_key_and_what_is_taken_away_is_asked_no_more()
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        await Set(owner, new { base_url = _cloud.BaseUrl, models = new[] { "large" }, key = Secret });
        await Set(owner, new { base_url = _cloud.BaseUrl, models = new[] { "other" } });
        _ = await owner.Say(await owner.OpenSession(), "Hello?");
        Assert.That((_cloud.Key, _cloud.Asked.Last().GetProperty("model").GetString()), Is.EqualTo(($"Bearer {Secret}", "other")));

        await Set(owner, new { base_url = _cloud.BaseUrl, models = new[] { "other" }, key = "" });
        Assert.That((await owner.Get($"{Path}/cloud")).Json.GetProperty("key").GetString(), Is.EqualTo("none"));

        Assert.That((await owner.Delete($"{Path}/cloud")).Status, Is.EqualTo(204));
        Assert.That(((await owner.Get($"{Path}/cloud")).Status, (await owner.Delete($"{Path}/cloud")).Status), Is.EqualTo((404, 404)));
        Assert.That(Code(await owner.Say(await owner.OpenSession(), "Hello?")), Is.EqualTo("no_worker"));
        Assert.That(_cloud.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_key_is_never_sent_to_another_address_than_it_was_given_for()
    {
        await using var elsewhere = await ScriptedProvider.Start();
        await using var host = await Host(
            $"--Providers:fixed:BaseUrl={_cloud.BaseUrl}", "--Providers:fixed:Models=large", $"--Providers:fixed:Key={Secret}");
        using var owner = await host.Owner();
        await Set(owner, new { base_url = _cloud.BaseUrl, models = new[] { "large" }, key = Secret });
        var moved = await owner.Put($"{Path}/cloud", new { base_url = elsewhere.BaseUrl, models = new[] { "large" } });
        Assert.That((moved.Status, moved.Code), Is.EqualTo((400, "key_needed")));
        Assert.That(moved.Fields, Is.EqualTo(new[] { "key" }));

        Assert.That((await owner.Put($"{Path}/fixed", new { base_url = elsewhere.BaseUrl })).Status, Is.EqualTo(200));
        Assert.That((await owner.Delete($"{Path}/cloud")).Status, Is.EqualTo(204));
        _ = await owner.Say(await owner.OpenSession(), "Hello?");
        Assert.That(elsewhere.Asked, Has.Count.EqualTo(1));
        Assert.That(elsewhere.Key, Is.Null);

        Assert.That((await owner.Delete($"{Path}/fixed")).Status, Is.EqualTo(204));
        Assert.That((await owner.Delete($"{Path}/fixed")).Code, Is.EqualTo("configured"));
        _ = await owner.Say(await owner.OpenSession(), "Hello?");
        Assert.That(_cloud.Key, Is.EqualTo($"Bearer {Secret}"), "As it stands in the configuration again.");
    }

    [Test]
    public async Task Another_host_of_the_same_database_learns_of_it_within_five_seconds()
    {
        await using var database = await TestDatabase.Create(Database.Sqlite);
        string[] shared =
        [
            ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1", $"--Storage:ConnectionString=Data Source={database.Settings["DataFolder"]}/meatlizard.db",
            $"--Security:MasterKey={new string('a', 64)}",
        ];
        await using var first = await ApiHost.Start(shared);
        await using var second = await ApiHost.Start(shared);
        using var owner = await first.Owner();
        using var there = await second.Owner();
        await Set(owner, new { base_url = _cloud.BaseUrl, models = new[] { "large" }, key = Secret });
        await Eventually.Is(
            async () => (await there.Get("/health/deep")).Json.GetProperty("providers").GetArrayLength() == 1, TimeSpan.FromSeconds(5));
        Assert.That(Text(await there.Say(await there.OpenSession(), "Hello?")), Is.EqualTo("Hello from the cloud."));
        Assert.That(_cloud.Key, Is.EqualTo($"Bearer {Secret}"));
    }

    [TestCase("GET", "")]
    [TestCase("GET", "/cloud")]
    [TestCase("PUT", "/cloud")]
    [TestCase("DELETE", "/cloud")]
    public async Task Where_nothing_may_leave_home_the_routes_say_so(string method, string path)
    {
        await using var host = await Host("--Fallback:NeverLeaveHome=true");
        using var owner = await host.Owner();
        var answer = method switch
        {
            "PUT" => await owner.Put(Path + path, new { models = new[] { "large" } }),
            "DELETE" => await owner.Delete(Path + path),
            _ => await owner.Get(Path + path),
        };
        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "never_leave_home")));
    }

    [TestCase("""{"models":[]}""", "models")]
    [TestCase("""{"models":["a"],"kind":"Telepathy"}""", "kind")]
    [TestCase("""{"models":["a"],"base_url":"nowhere"}""", "base_url")]
    [TestCase("""{"models":["a,b"]}""", "models")]
    [TestCase("""{"models":["a"],"key":"two words"}""", "key")]
    [TestCase("""{"models":["a"],"thinking":"hard"}""", "thinking")]
    [TestCase("""{"models":["a"],"patience_seconds":0}""", "patience_seconds")]
    [TestCase("""{"models":["a"],"input_price":-1}""", "input_price")]
    [TestCase("""{"models":["a"],"currency":"€"}""", "currency")]
    [TestCase("""{"models":["a"],"monthly_budget":5}""", "monthly_budget")]
    public async Task What_cannot_be_is_refused_by_name(string body, string field)
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        var answer = await owner.Put($"{Path}/cloud", JsonDocument.Parse(body).RootElement);
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Fields, Is.EqualTo(new[] { field }));
        Assert.That((await owner.Put($"{Path}/Bad", new { models = new[] { "a" } })).Fields, Is.EqualTo(new[] { "name" }));
    }

    [Test]
    public async Task Each_answer_costs_once_and_at_the_budget_the_next_rung_is_taken()
    {
        await using var host = await Host(
            $"--Providers:cloud:BaseUrl={_cloud.BaseUrl}", "--Providers:cloud:Models=large",
            "--Providers:cloud:InputPrice=1000", "--Providers:cloud:OutputPrice=2000.5", "--Providers:cloud:Currency=EUR", "--Providers:cloud:MonthlyBudget=0.02");
        using var owner = await host.Owner();
        var session = await owner.OpenSession();
        _ = await owner.Say(session, "One?");

        // Seven tokens of the prompt, three of the answer.
        Assert.That(await Spent(owner), Is.EqualTo(0.0130015m));
        _ = await owner.Say(session, "Two?");
        Assert.That(await Spent(owner), Is.EqualTo(0.026003m));

        var refused = (await owner.Say(session, "Three?")).Json.GetProperty("reply").GetProperty("error");
        Assert.That(refused.GetProperty("code").GetString(), Is.EqualTo("no_worker"));
        Assert.That(refused.GetProperty("message").GetString(), Does.Contain("cloud has spent its budget of 0.02 EUR"));
        Assert.That(_cloud.Asked, Has.Count.EqualTo(2));
        var health = (await owner.Get("/health/deep")).Json.GetProperty("providers")[0];
        Assert.That(health.GetProperty("code").GetString(), Is.EqualTo("provider_budget_spent"));
        Assert.That(health.GetProperty("retries_at").GetDateTimeOffset().Day, Is.EqualTo(1));

        Assert.That((await owner.Put($"{Path}/cloud", new { monthly_budget = 5 })).Status, Is.EqualTo(200));
        Assert.That(Text(await owner.Say(session, "Four?")), Is.EqualTo("Hello from the cloud."), "A larger budget, and it is asked again.");
    }

    private static string? Text(Answer answer) => answer.Json.GetProperty("reply").GetProperty("text").GetString();

    private static string? Code(Answer answer) => answer.Json.GetProperty("reply").GetProperty("error").GetProperty("code").GetString();

    private static async Task Set(ApiClient owner, object body)
    {
        var answer = await owner.Put($"{Path}/cloud", body);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    private static async Task<decimal> Spent(ApiClient owner) => (await owner.Get($"{Path}/cloud")).Json.GetProperty("spent").GetDecimal();

    private static Task<ApiHost> Host(params string[] also) => ApiHost.Start([ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1", .. also]);
}
