using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain.Identity;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Presentation.Api.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Identity.Routes;

/// <summary>One host without limits, and a caller of every kind that is let in somewhere.</summary>
internal abstract class RoutesFixture
{
    /// <summary>Whom each policy lets in, of those who are let in anywhere.</summary>
    protected static readonly Dictionary<string, string[]> LetsIn = new()
    {
        [Access.SignedIn] = ["owner", "owner's browser", "admin", "member", "guest", "chat", "keys", "admin's admin", "admin's chat"],
        [Access.Whole] = ["owner", "owner's browser", "admin", "member", "guest"],
        [Access.Chat] = ["owner", "owner's browser", "admin", "member", "guest", "chat", "admin's chat"],
        [Access.Keys] = ["owner", "owner's browser", "admin", "member", "guest", "keys"],
        [Access.OwnKeys] = ["owner", "owner's browser", "admin", "member", "keys"],
        [Access.Admin] = ["owner", "owner's browser", "admin", "admin's admin"],
    };

    protected ApiHost Host { get; private set; } = null!;

    protected Dictionary<string, ApiClient> Callers { get; } = [];

    protected static string Body(Answer answer) => answer.Code == "invalid_api_key" || !answer.Json.TryGetProperty("trace_id", out var trace)
        ? answer.Text
        : answer.Text.Replace(trace.GetString()!, "", StringComparison.Ordinal);

    [OneTimeSetUp]
    public async Task Start()
    {
        Host = await ApiHost.Start(
            [.. ApiHost.WithOwner, "--Identity:SignUp=Open"], services => services.Replace(ServiceDescriptor.Singleton<IRateLimiter>(new Unlimited())));
        var browser = Callers["owner's browser"] = await Host.Owner();
        var made = await browser.Post("/api/v1/keys", new { name = "owner" });
        Callers["owner"] = new(Host.Address)
        {
            Key = made.Json.GetProperty("key").GetString(),
            UserId = new(Guid.Parse((await browser.Get("/api/v1/me")).Id)),
        };
        Callers["admin"] = await Host.Member("admin", Role.Admin);
        Callers["member"] = await Host.Member("member");
        Callers["guest"] = await Host.Member("guest", Role.Guest);
        Callers["chat"] = await Host.Member("chat", Role.Member, KeyScopes.Chat);
        Callers["keys"] = await Host.Member("keys", Role.Member, KeyScopes.Keys);
        Callers["admin's admin"] = await Host.Member("admin's admin", Role.Admin, KeyScopes.Admin);
        Callers["admin's chat"] = await Host.Member("admin's chat", Role.Admin, KeyScopes.Chat);
        await Prepare();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        foreach (var caller in Callers.Values)
        {
            caller.Dispose();
        }

        await Host.DisposeAsync();
    }

    protected virtual Task Prepare() => Task.CompletedTask;

    private sealed class Unlimited : IRateLimiter
    {
        public ValueTask<RateDecision> Take(IReadOnlyList<(Limit Limit, string Subject)> limits, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new RateDecision(true, limits[0].Limit, limits[0].Limit.Amount, limits[0].Limit.Window));

        public ValueTask<RateDecision> Reserve(
            Reservation wanted, IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken) =>
            Take(limits, cancellationToken);

        public ValueTask Settle(Guid answer, int tokens, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<IReadOnlyList<LimitUse>> Look(
            IReadOnlyList<(Limit Limit, string Subject)> limits, TokensUsed used, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IReadOnlyList<LimitUse>>([]);
    }
}
