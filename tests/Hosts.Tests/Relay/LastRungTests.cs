using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>The end of the table of docs/operations.md: no provider is left, and who stands in, in sessions and under /v1.</summary>
[TestFixture]
internal sealed class LastRungTests
{
    private const string Chat = "/v1/chat/completions";

    private static readonly object Question = new { model = "large", temperature = 0, messages = new[] { new { role = "user", content = "Who is there?" } } };

    private ScriptedProvider _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await ScriptedProvider.Start();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [TestCase(401, "0")]
    [TestCase(404, "0")]
    [TestCase(429, "3600")]
    [TestCase(503, "0")]
    public async Task After_the_last_provider_comes_Markov_in_sessions_where_the_ladder_has_it(int status, string retryAfter)
    {
        Fail(status, retryAfter);
        await using var host = await ApiHost.Start([ApiHost.NoWorker, "--Fallback:Ladder=Worker, Provider, Markov, Notify", .. Cloud()]);
        using var owner = await host.Owner();
        var reply = (await owner.Say(await owner.OpenSession(), "Who is there?")).Json.GetProperty("reply");
        var origin = reply.GetProperty("origin");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(reply.GetProperty("status").GetString(), Is.EqualTo("complete"));
            Assert.That((origin.GetProperty("kind").GetString(), origin.GetProperty("name").GetString()), Is.EqualTo(("fallback", "markov")));
            Assert.That(reply.GetProperty("text").GetString(), Is.Not.Empty);
            Assert.That(_cloud.Asked, Is.Not.Empty, "The provider was asked before.");
        }

        // The request itself was wrong: that is no rung's business.
        Fail(400, "0");
        var refused = (await owner.Say(await owner.OpenSession(), "Who is there?")).Json.GetProperty("reply");
        Assert.That(refused.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("provider_refused"));
    }

    [Test]
    public async Task Markov_does_not_answer_under_v1()
    {
        Fail(401, "0");
        await using var host = await ApiHost.Start([ApiHost.NoWorker, "--Fallback:Ladder=Worker, Provider, Markov, Notify", .. Cloud()]);
        using var caller = await host.Member("caller");
        var answer = await caller.Post(Chat, Question);
        Assert.That((answer.Status, answer.Code), Is.EqualTo((503, "provider_refused_key")), answer.Text);
    }

    [TestCase(401, "0")]
    [TestCase(404, "0")]
    [TestCase(429, "3600")]
    [TestCase(503, "0")]
    public async Task After_the_last_provider_comes_under_v1_what_it_has_said_before_with_its_age(int status, string retryAfter)
    {
        var clock = new StoppedClock();
        await using var host = await ApiHost.Start([.. ApiHost.WithOwner, ApiHost.NoWorker, .. Cloud()], services => KeepBy(clock, services));
        using var caller = await host.Member("caller");
        using var other = await host.Member("other");
        var before = await caller.Post(Chat, Question);
        Assert.That((before.Status, before.Header("X-MeatLizard-Origin")), Is.EqualTo((200, "provider:cloud")), before.Text);
        Fail(status, retryAfter);
        clock.Advance(TimeSpan.FromHours(3));
        var asked = _cloud.Asked.Count;
        var stale = await caller.Post(Chat, Question);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (stale.Status, stale.Header("X-MeatLizard-Cache"), stale.Header("X-MeatLizard-Origin"), stale.Header("Age")),
                Is.EqualTo((200, "stale", "stale:provider:cloud", "10800")), stale.Text);
            Assert.That(stale.Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), Is.EqualTo("Hello from the cloud."));
            Assert.That(_cloud.Asked, Has.Count.GreaterThan(asked), "A new one was asked for.");
            Assert.That((await other.Post(Chat, Question)).Status, Is.EqualTo(503), "It is nobody else's.");
        }

        // No more than a day after its hour.
        clock.Advance(TimeSpan.FromHours(23));
        Assert.That((await caller.Post(Chat, Question)).Status, Is.EqualTo(503));
    }

    [Test]
    public async Task What_is_wrong_in_itself_is_not_made_good_by_an_old_answer()
    {
        var clock = new StoppedClock();
        await using var host = await ApiHost.Start([.. ApiHost.WithOwner, ApiHost.NoWorker, .. Cloud()], services => KeepBy(clock, services));
        using var caller = await host.Member("caller");
        Assert.That((await caller.Post(Chat, Question)).Status, Is.EqualTo(200));
        Fail(400, "0");
        clock.Advance(TimeSpan.FromHours(3));
        var refused = await caller.Post(Chat, Question);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((400, "provider_refused")), refused.Text);
    }

    [Test]
    public async Task No_session_is_answered_by_what_was_kept()
    {
        var clock = new StoppedClock();
        await using var host = await ApiHost.Start([.. ApiHost.WithOwner, ApiHost.NoWorker, .. Cloud()], services => KeepBy(clock, services));
        using var caller = await host.Member("caller");
        Assert.That((await caller.Post(Chat, Question)).Status, Is.EqualTo(200));
        Fail(401, "0");
        var reply = (await caller.Say(await caller.OpenSession(new { model = "large", temperature = 0 }), "Who is there?")).Json.GetProperty("reply");
        Assert.That(reply.GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("provider_refused_key"));
    }

    private void Fail(int status, string retryAfter) => _cloud.Answer = context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.CompletedTask;
    };

    private string[] Cloud() => ["--Relay:WorkerGrace=00:00:00.1", $"--Providers:cloud:BaseUrl={_cloud.BaseUrl}", "--Providers:cloud:Models=large"];

    /// <summary>Kept answers grow old by this clock; everything else goes by the real one.</summary>
    private static void KeepBy(StoppedClock clock, IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<IAnswerStore>(
            provider => new MemoryAnswerStore(provider.GetRequiredService<AnswerCacheOptions>(), clock)));
        services.Replace(ServiceDescriptor.Singleton(provider => new AnswerCache(
            provider.GetRequiredService<IAnswerStore>(),
            provider.GetRequiredService<AnswerCacheOptions>(),
            provider.GetRequiredService<IWorkerRegistry>(),
            clock)));
    }
}
