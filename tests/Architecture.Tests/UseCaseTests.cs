using System.Reflection;
using FluentValidation;
using MeatLizard.Application;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Architecture.Tests;

internal sealed class UseCaseTests
{
    /// <summary>Ways to run a use case from within another, also by way of what the handler is given.</summary>
    private static readonly Type[] Senders = [typeof(IMediator), typeof(UseCases)];

    /// <summary>Ways to get at anything at all; a class of ours that reads in a scope of its own may hold one, a handler may not.</summary>
    private static readonly Type[] Locators = [typeof(IServiceProvider), typeof(IServiceScopeFactory)];

    /// <summary>Handlers that send commands all the same, and why they must.</summary>
    private static readonly Dictionary<string, string> MaySend = new()
    {
        ["LoseWorkerHandler"] = "Each orphan of a lost worker is ended in a transaction of its own.",
        ["RegisterWorkerHandler"] = "Each orphan of a restarted worker is ended in a transaction of its own.",
    };

    /// <summary>Requests whose fields need no validator although they are more than ids, and why not.</summary>
    private static readonly Dictionary<string, string> NeedNoValidator = new()
    {
        ["AbandonRelay"] = Checked,
        ["AcceptInference"] = Checked,
        ["AcknowledgeRelay"] = Checked,
        ["CompleteRelay"] = Checked,
        ["DeclineRelay"] = Checked,
        ["FailRelay"] = Checked,
        ["RecordReplyChunks"] = Checked,
        ["RegisterWorker"] = Checked,
        ["DispatchRelayRequest"] = "Ids, and the line that the dispatcher has drawn itself.",
        ["ApplyLimits"] = "Options, validated when the host starts.",
        ["FinishDepartures"] = "Ids that the host has read itself.",
        ["FinishRotation"] = "An id, and the sealed root that the worker was admitted with.",
        ["RemoveOldResponses"] = "A time that the host has worked out itself.",
        ["RemoveProvider"] = "A name; one that is none finds nothing.",
        ["GetUsage"] = "The address that the connection comes from.",
        ["LoseWorker"] = "An id, and the epoch that the carrier has known it by.",
        ["SignOut"] = "A hash that the host has made; one that is none finds nothing.",
    };

    private const string Checked = "From the relay: whatever opened the message has checked its fields.";

    private static readonly Type[] Types = [.. Parts.Written(Parts.Application)];

    private static readonly Type[] Requests = [.. Types.Where(type => Contract(type, typeof(IRequest<>)) is not null)];

    private static readonly Type[] Handlers = [.. Types.Where(type => Contract(type, typeof(IRequestHandler<,>)) is not null)];

    [Test]
    public void What_workers_are_asked_is_handled_by_them_and_what_they_are_not_by_the_server()
    {
        var workers = Requests.Where(request => request.IsAssignableTo(typeof(IForWorkers)));
        Assert.That(Handled(services => services.AddWorkerUseCases()), Is.EquivalentTo(workers));
        Assert.That(Handled(services => services.AddUseCases()), Is.EquivalentTo(Requests.Except(workers)));
    }

    [Test]
    public void Handlers_validators_and_behaviours_are_internal_and_sealed()
    {
        Type[] kinds = [typeof(IRequestHandler<,>), typeof(IValidator<>), typeof(IPipelineBehavior<,>)];
        var loose = Types.Where(type => kinds.Any(kind => Contract(type, kind) is not null) && (type.IsVisible || !type.IsSealed));
        Assert.That(loose.Select(type => type.Name), Is.Empty);
    }

    [Test]
    public void Every_request_is_a_public_sealed_record_with_one_handler_in_its_own_file()
    {
        Assert.That(Requests, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (var request in Requests)
            {
                Assert.That(request is { IsPublic: true, IsSealed: true }, request.Name);
                Assert.That(request.GetMethod("<Clone>$"), Is.Not.Null, $"{request.Name} is a record.");
                var handlers = Handlers.Where(type => Contract(type, typeof(IRequestHandler<,>))!.GenericTypeArguments[0] == request);
                Assert.That(handlers.Select(type => type.Name), Is.EqualTo([$"{request.Name}Handler"]));
                var files = Tree.Files("src/Application").Where(path => Path.GetFileName(path) == $"{request.Name}.cs");
                Assert.That(files.Select(Tree.Code), Has.One.Match($@"\bclass {request.Name}Handler\b"), request.Name);
            }
        }
    }

    [Test]
    public void Every_request_answers_with_an_outcome()
    {
        var others =
            from request in Requests
            let response = Contract(request, typeof(IRequest<>))!.GenericTypeArguments[0]
            where !response.IsGenericType || response.GetGenericTypeDefinition() != typeof(Outcome<>)
            select request.Name;
        Assert.That(others, Is.Empty);
    }

    [Test]
    public void No_handler_sends_commands()
    {
        var senders = Handlers.Where(handler => Given(handler, []).Intersect(Senders).Any()).Select(handler => handler.Name);
        var finders = Handlers.Where(handler => Constructed(handler).Intersect(Locators).Any()).Select(handler => handler.Name);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(senders, Is.EquivalentTo(MaySend.Keys));
            Assert.That(finders, Is.Empty);
        }
    }

    [Test]
    public void Every_request_that_brings_more_than_ids_has_a_validator_or_a_reason()
    {
        var validated = Types.Select(type => Contract(type, typeof(IValidator<>))?.GenericTypeArguments[0]).ToHashSet();
        var bare = Requests.Where(type => !validated.Contains(type) && !BringsIdsOnly(type)).Select(type => type.Name);
        Assert.That(bare, Is.EquivalentTo(NeedNoValidator.Keys));
    }

    /// <summary>An id that is none is not found, and a key was read by the host.</summary>
    private static bool BringsIdsOnly(Type request) => request
        .GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.CanWrite)
        .Select(property => property.PropertyType)
        .All(type => type == typeof(Guid)
            || type == typeof(IdempotencyKey)
            || (type.Assembly == Parts.Domain && type.IsValueType && type.Name.EndsWith("Id", StringComparison.Ordinal)));

    private static IEnumerable<Type> Constructed(Type type) => type
        .GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .SelectMany(constructor => constructor.GetParameters())
        .Select(parameter => parameter.ParameterType);

    private static HashSet<Type> Given(Type type, HashSet<Type> known)
    {
        foreach (var given in Constructed(type))
        {
            if (known.Add(given) && given.Assembly == Parts.Application && given != typeof(UseCases))
            {
                Given(given, known);
            }
        }

        return known;
    }

    private static Type[] Handled(Func<IServiceCollection, IServiceCollection> add) =>
    [
        .. add(new ServiceCollection())
            .Where(service => service.ServiceType.IsGenericType && service.ServiceType.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))
            .Select(service => service.ServiceType.GetGenericArguments()[0]),
    ];

    private static Type? Contract(Type type, Type kind) => type is { IsClass: true, IsAbstract: false }
        ? type.GetInterfaces().FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == kind)
        : null;
}
