using MeatLizard.Application.Pipeline;
using MeatLizard.Domain.Identity;

namespace MeatLizard.Application.Tests.Pipeline;

internal sealed class AuthorizationTests
{
    [TestCase(null, "unauthenticated")]
    [TestCase(Role.Guest, null)]
    [TestCase(Role.Owner, null)]
    public async Task What_says_nothing_is_for_those_who_have_signed_in(Role? role, string? code) =>
        Assert.That(await Code(new Plain(), role), Is.EqualTo(code));

    [TestCase(null, "unauthenticated")]
    [TestCase(Role.Guest, "forbidden")]
    [TestCase(Role.Member, "forbidden")]
    [TestCase(Role.Admin, null)]
    [TestCase(Role.Owner, null)]
    public async Task What_is_for_admins_is_for_admins_and_the_owner(Role? role, string? code) =>
        Assert.That(await Code(new Administrative(), role), Is.EqualTo(code));

    [Test]
    public async Task What_is_for_anybody_or_the_host_needs_no_actor()
    {
        Assert.That(await Code(new Open(), null), Is.Null);
        Assert.That(await Code(new Internal(), null), Is.Null);
    }

    [Test]
    public async Task Who_is_refused_gets_no_further()
    {
        var reached = false;
        await new AuthorizationBehavior<Plain, Outcome<string>>(new CurrentActor()).Handle(new Plain(), CancellationToken.None, () =>
        {
            reached = true;
            return Task.FromResult<Outcome<string>>("done");
        });
        Assert.That(reached, Is.False);
    }

    private static async Task<string?> Code<T>(T request, Role? role)
    {
        var actor = new CurrentActor { Actor = role is { } has ? new(new(Guid.Empty), has, []) : null };
        var outcome = await new AuthorizationBehavior<T, Outcome<string>>(actor)
            .Handle(request, CancellationToken.None, () => Task.FromResult<Outcome<string>>("done"));
        return outcome.Refusal?.Code;
    }

    private sealed record Plain;

    private sealed record Administrative : IForAdmins;

    private sealed record Open : IForAnybody;

    private sealed record Internal : IForTheHost;
}
