using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Moq;

namespace MeatLizard.Application.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UseCasesTests
{
    private static readonly Actor Anna = new(new(Guid.NewGuid()), Role.Member, []);
    private static readonly GetSession Query = new(Branches.Session);

    private readonly List<Actor?> _runs = [];
    private readonly HashSet<CurrentActor> _scopes = [];

    [Test]
    public async Task A_lost_race_is_run_again_in_a_scope_of_its_own_for_the_same_actor()
    {
        var result = await Send(new ConcurrencyConflictException("session"), new DuplicateException("idempotency_key"));
        Assert.That(result.Refusal, Is.SameAs(Refusal.NotFound));
        Assert.That(_runs, Is.EqualTo([Anna, Anna, Anna]));
        Assert.That(_scopes, Has.Count.EqualTo(3));
    }

    [Test]
    public void Who_loses_eight_times_in_a_row_is_told()
    {
        Assert.That(
            () => Send([.. Enumerable.Repeat(new ConcurrencyConflictException("session"), 20)]),
            Throws.TypeOf<ConcurrencyConflictException>());
        Assert.That(_runs, Has.Count.EqualTo(8));
    }

    [Test]
    public void Anything_else_that_goes_wrong_is_not_repeated()
    {
        Assert.That(() => Send(new IOException()), Throws.TypeOf<IOException>());
        Assert.That(_runs, Has.Count.EqualTo(1));
    }

    private Task<Outcome<ChatSessionState>> Send(params Exception[] failures)
    {
        var left = new Queue<Exception>(failures);
        var services = new ServiceCollection()
            .AddScoped<CurrentActor>()
            .AddScoped(scope =>
            {
                var mediator = new Mock<IMediator>();
                mediator.Setup(one => one.Send(Query, It.IsAny<CancellationToken>())).Returns(() =>
                {
                    var current = scope.GetRequiredService<CurrentActor>();
                    _scopes.Add(current);
                    _runs.Add(current.Actor);
                    return left.TryDequeue(out var failure)
                        ? Task.FromException<Outcome<ChatSessionState>>(failure)
                        : Task.FromResult<Outcome<ChatSessionState>>(Refusal.NotFound);
                });
                return mediator.Object;
            });
        var scopes = services.BuildServiceProvider().GetRequiredService<IServiceScopeFactory>();
        return new UseCases(scopes).Send(Query, Anna, CancellationToken.None);
    }
}
