using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>The ladder's second rung: models elsewhere, when no worker can answer.</summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
internal sealed class ProviderTests
{
    private const string Secret = "sk-very-secret";

    private ScriptedProvider _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await ScriptedProvider.Start();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task Without_a_worker_a_provider_answers_and_the_answer_says_so()
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        var session = await owner.OpenSession(new { system_prompt = "Be brief." });
        var answer = (await owner.Say(session, "Who is there?")).Json.GetProperty("reply");
        Assert.That(answer.GetProperty("text").GetString(), Is.EqualTo("Hello from the cloud."));
        var origin = answer.GetProperty("origin");
        Assert.That((origin.GetProperty("kind").GetString(), origin.GetProperty("model").GetString()), Is.EqualTo(("provider", "large")));
        Assert.That(origin.GetProperty("name").GetString(), Does.EndWith("cloud"));
        Assert.That(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), Is.EqualTo(3));
        Assert.That(_cloud.Key, Is.EqualTo($"Bearer {Secret}"));
        Assert.That(Roles(_cloud.Asked.Single()), Is.EqualTo(new[] { "system", "user" }));

        _ = await owner.Say(session, "And then?");
        Assert.That(Roles(_cloud.Asked.Last()), Is.EqualTo(new[] { "system", "user", "assistant", "user" }), "It is told the conversation.");
    }

    [Test]
    public async Task A_model_that_a_provider_has_is_asked_by_its_name()
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        _ = await owner.Say(await owner.OpenSession(new { model = "small" }), "Hello?");
        Assert.That(_cloud.Asked.Single().GetProperty("model").GetString(), Is.EqualTo("small"));
    }

    [Test]
    public async Task A_worker_comes_first()
    {
        await using var host = await ApiHost.Start(Cloud());
        using var owner = await host.Owner();
        var answer = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(answer.GetProperty("origin").GetProperty("kind").GetString(), Is.EqualTo("worker"));
        Assert.That(_cloud.Asked, Is.Empty);
    }

    [TestCase("--Fallback:NeverLeaveHome=true")]
    [TestCase("--Fallback:Ladder=Worker, Notify")]
    public async Task Nothing_leaves_home_where_it_must_not(string setting)
    {
        await using var host = await Host(setting);
        using var owner = await host.Owner();
        var reply = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("no_worker"));
        Assert.That(_cloud.Asked, Is.Empty);
    }

    [TestCase(401, "provider_refused_key", 1)]
    [TestCase(403, "provider_refused_key", 1)]
    [TestCase(404, "provider_model_unknown", 1)]
    [TestCase(400, "provider_refused", 1)]
    [TestCase(429, "provider_limited", 3)]
    [TestCase(500, "provider_failed", 3)]
    public async Task A_refusal_ends_honestly_after_as_many_tries_as_make_sense(int status, string code, int tries)
    {
        _cloud.Answer = async context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            await context.Response.WriteAsync("""{"error":{"message":"You said: a secret question","type":"x","code":"y"}}""");
        };
        await using var host = await Host();
        using var owner = await host.Owner();
        var said = await owner.Say(await owner.OpenSession(), "a secret question");
        var reply = said.Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo(code), said.Text);
        Assert.That(reply.GetProperty("error").ToString(), Does.Not.Contain("a secret question").And.Not.Contain(Secret));
        Assert.That(_cloud.Asked, Has.Count.EqualTo(tries));
    }

    [Test]
    public async Task What_one_cannot_do_another_provider_does()
    {
        await using var second = await ScriptedProvider.Start();
        _cloud.Answer = context =>
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        };
        await using var host = await Host($"--Providers:spare:BaseUrl={second.BaseUrl}", "--Providers:spare:Models=other", "--Providers:spare:Order=2");
        using var owner = await host.Owner();
        var answer = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(answer.GetProperty("text").GetString(), Is.EqualTo("Hello from the cloud."));
        Assert.That((_cloud.Asked.Count, second.Asked.Count), Is.EqualTo((1, 1)));
        Assert.That(answer.GetProperty("origin").GetProperty("model").GetString(), Is.EqualTo("other"));
    }

    [Test]
    public async Task A_stream_that_is_cut_keeps_its_text_and_is_no_whole_answer()
    {
        var isRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await ScriptedProvider.Say(context, "Half an ans");
            await isRead.Task;
            context.Abort();
        };
        await using var host = await Host();
        using var owner = await host.Owner();
        var session = await owner.OpenSession();
        var turn = (await owner.Post($"/api/v1/sessions/{session}/messages", new { content = "Hello?" })).Json.GetProperty("request");
        var events = turn.GetProperty("events_url").GetString()!;
        Assert.That((await owner.Events(events, most: 3)).Select(happened => happened.Event), Does.Contain("delta"));
        isRead.SetResult();
        _ = await owner.Events(events);
        var reply = (await owner.Get($"/api/v1/sessions/{session}/messages?order=desc")).Json.GetProperty("items")[0];
        Assert.That(reply.GetProperty("text").GetString(), Is.EqualTo("Half an ans"));
        Assert.That(reply.GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Does.StartWith("provider_"));
    }

    [Test]
    public async Task What_a_provider_was_writing_when_the_host_stops_has_an_end_at_once_and_keeps_its_text()
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await ScriptedProvider.Say(context, "Half an ans");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var database = await TestDatabase.Create(Database.Sqlite);
        var settings = $"--Storage:ConnectionString=Data Source={database.Settings["DataFolder"]}/meatlizard.db";
        List<string> sessions = [];
        var disk = new HeldDisk();
        await using (var host = await ApiHost.Start(
            [.. ApiHost.WithOwner, ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1", .. Cloud(settings)],
            services => services.AddScoped<IUnitOfWork>(scope => new HeldWork(scope.GetRequiredService<DbSession>(), disk))))
        {
            using var owner = await host.Owner();
            for (var i = 0; i < 5; i++)
            {
                sessions.Add(await owner.OpenSession());
                var turn = (await owner.Post($"/api/v1/sessions/{sessions[i]}/messages", new { content = "Hello?" })).Json.GetProperty("request");
                Assert.That((await owner.Events(turn.GetProperty("events_url").GetString()!, most: 3)).Select(happened => happened.Event), Does.Contain("delta"));
            }

            disk.Until = _cloud.Left.Task;
        }

        await using var next = await Host(settings);
        using var again = await next.Owner();
        foreach (var session in sessions)
        {
            var reply = (await again.Get($"/api/v1/sessions/{session}/messages?order=desc")).Json.GetProperty("items")[0];
            Assert.That(
                (reply.GetProperty("role").GetString(), reply.GetProperty("text").GetString(), reply.GetProperty("status").GetString()),
                Is.EqualTo(("assistant", "Half an ans", "failed")));
            Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("worker_stopping"));
        }
    }

    [Test]
    public async Task One_that_does_not_stop_is_stopped()
    {
        var much = new string('x', 500_000);
        var isLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await ScriptedProvider.Say(context, much);
            }

            isLeft.SetResult();
        };
        await using var host = await Host();
        using var owner = await host.Owner();
        var reply = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("provider_endless"));
        Assert.That(reply.GetProperty("text").GetString(), Has.Length.LessThanOrEqualTo(AnswerLimit.Characters).And.Not.Empty);
        await isLeft.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task Its_models_are_listed_with_its_name_and_nothing_is_said_to_be_missing()
    {
        await using var host = await Host();
        using var owner = await host.Owner();
        var models = (await owner.Get("/api/v1/models")).Json;
        Assert.That(models.GetProperty("problem").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(models.GetProperty("items").GetRawText(), Is.EqualTo(
            """[{"id":"large","title":null,"context_size":null,"workers":[],"providers":["cloud"],"input_modalities":null,"output_modalities":null},"""
            + """{"id":"small","title":null,"context_size":null,"workers":[],"providers":["cloud"],"input_modalities":null,"output_modalities":null}]"""));
    }

    [TestCase("data: this is no JSON\n\n")]
    [TestCase("<html>Bad gateway</html>")]
    public async Task Garbage_is_no_answer(string garbage)
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await context.Response.WriteAsync(garbage);
        };
        await using var host = await Host();
        using var owner = await host.Owner();
        var reply = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("provider_cut_off"));
    }

    [Test]
    public async Task One_that_says_nothing_is_given_up()
    {
        _cloud.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var host = await Host("--Providers:cloud:Patience=00:00:00.5");
        using var owner = await host.Owner();
        var reply = (await owner.Say(await owner.OpenSession(), "Hello?")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("provider_silent"));
    }

    [Test]
    public async Task Stop_ends_the_call()
    {
        _cloud.Answer = async context =>
        {
            await ScriptedProvider.Begin(context);
            await ScriptedProvider.Say(context, "I go on ");
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        await using var host = await Host();
        using var owner = await host.Owner();
        var session = await owner.OpenSession();
        var turn = (await owner.Post($"/api/v1/sessions/{session}/messages", new { content = "Hello?" })).Json.GetProperty("request");
        var events = await owner.Events(turn.GetProperty("events_url").GetString()!, most: 3);
        Assert.That(events.Select(happened => happened.Event), Does.Contain("delta"));
        Assert.That((await owner.Post($"/api/v1/requests/{turn.GetProperty("id").GetString()}/cancel")).Status, Is.EqualTo(200));
        await _cloud.Left.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [TestCase("--Providers:cloud:Models=", "Providers:cloud:Models")]
    [TestCase("--Providers:cloud:Kind=Telepathy", "Providers:cloud:Kind")]
    [TestCase("--Providers:cloud:BaseUrl=nowhere", "Providers:cloud:BaseUrl")]
    [TestCase("--Providers:cloud:Key=two words", "Providers:cloud:Key")]
    [TestCase("--Providers:Bad Name:Models=x", "Providers:Bad Name")]
    public void A_provider_that_cannot_work_stops_the_start_and_names_the_key(string setting, string key) =>
        Assert.That(async () => await Host(setting), Throws.Exception.With.Message.Contains(key));

    private static IEnumerable<string?> Roles(JsonElement asked) =>
        asked.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString());

    private string[] Cloud(params string[] also) =>
    [
        $"--Providers:cloud:BaseUrl={_cloud.BaseUrl}", $"--Providers:cloud:Key={Secret}", "--Providers:cloud:Models=large, small",
        "--Providers:cloud:Order=1", .. also,
    ];

    private Task<ApiHost> Host(params string[] also) => ApiHost.Start([ApiHost.NoWorker, "--Relay:WorkerGrace=00:00:00.1", .. Cloud(also)]);

    private sealed class HeldDisk
    {
        public volatile Task Until = Task.CompletedTask;
    }

    /// <summary>A commit takes until the provider has noticed that it is asked no more: whoever does not wait for it leaves it undone.</summary>
    private sealed class HeldWork(DbSession inner, HeldDisk disk) : IUnitOfWork
    {
        public async Task Commit(CommitDurability durability, CancellationToken cancellationToken)
        {
            await disk.Until.WaitAsync(cancellationToken);
            await inner.Commit(durability, cancellationToken);
        }
    }
}
