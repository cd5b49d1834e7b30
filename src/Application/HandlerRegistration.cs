using System.Reflection;
using FluentValidation;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Application.Conversations.Stored;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Departure;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Operations;
using MeatLizard.Application.Pipeline;
using MeatLizard.Application.Relay;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Inference;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Application;

/// <summary>Registers every use case of this assembly: handlers, validators and what runs around them.</summary>
public static class HandlerRegistration
{
    public static IServiceCollection AddUseCases(this IServiceCollection services)
    {
        services.AddPipeline();
        services.TryAddEnumerable(ServiceDescriptor.Scoped(typeof(IPipelineBehavior<,>), typeof(AuditBehavior<,>)));
        services.TryAddSingleton<IIdSource, Version7Ids>();
        services.TryAddScoped<Idempotent>();
        services.TryAddScoped<OwnSessions>();
        services.TryAddScoped<OwnersSessions>();
        services.TryAddSingleton<DefaultTable>();
        services.TryAddScoped<ModelChooser>();
        services.TryAddScoped<OrderedModel>();
        services.TryAddScoped<OwnResponses>();
        services.TryAddScoped<ResponseChain>();
        services.TryAddScoped<ResponseOpening>();
        services.TryAddScoped<ResponseStopping>();
        services.TryAddScoped<TurnOpening>();
        services.TryAddScoped<TurnEnding>();
        services.TryAddScoped<ProviderBill>();
        services.TryAddScoped<Dispatching>();
        services.TryAddScoped<Requeueing>();
        services.TryAddScoped<ServiceGauge>();
        services.TryAddSingleton<OutboxBell>();
        services.TryAddSingleton<DispatchGate>();
        services.TryAddSingleton<WaitingLine>();
        services.TryAddSingleton<QueueLength>();
        services.TryAddSingleton<GivenOut>();
        services.TryAddSingleton<IProviders, NoProviders>();
        services.TryAddSingleton<StatelessCalls>();
        services.TryAddSingleton<StatelessRelay>();
        services.TryAddSingleton<AnswerCache>();
        services.TryAddSingleton<TurnedAway>();
        services.TryAddSingleton<ReplyReader>();
        services.TryAddScoped<Accounts>();
        services.TryAddSingleton<FailedSignIns>();
        services.TryAddScoped<Departing>();
        services.TryAddSingleton<AccountExport>();
        services.TryAddSingleton<Credentials>();
        services.TryAddSingleton<PlaceTable>();
        services.TryAddSingleton<LimitTable>();
        services.TryAddSingleton<RateLimits>();
        services.TryAddSingleton<AnswerQuotas>();
        AddHandlers(services);
        return services;
    }

    /// <summary>
    /// The use cases of a worker, whether there is a server beside it or not. By name: to look for them is to load everything that a server does,
    /// and a worker's machine has better use for those megabytes.
    /// </summary>
    public static IServiceCollection AddWorkerUseCases(this IServiceCollection services)
    {
        services.AddPipeline();
        services.AddScoped<IRequestHandler<AcceptInference, Outcome<InferenceJob>>, AcceptInferenceHandler>();
        return services;
    }

    /// <summary>What runs around every use case.</summary>
    private static void AddPipeline(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Telemetry>();
        services.TryAddSingleton<UseCases>();
        services.TryAddScoped<CurrentActor>();
        services.TryAddScoped<ServiceFactory>(provider => provider.GetService!);
        services.TryAddScoped<IMediator, Mediator>();

        // The order is that of the onion, from the outside in.
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Scoped(typeof(IPipelineBehavior<,>), typeof(TelemetryBehavior<,>)),
            ServiceDescriptor.Scoped(typeof(IPipelineBehavior<,>), typeof(AuthorizationBehavior<,>)),
            ServiceDescriptor.Scoped(typeof(IPipelineBehavior<,>), typeof(ValidationBehavior<,>)),
            ServiceDescriptor.Scoped(typeof(IPipelineBehavior<,>), typeof(RefusalBehavior<,>)),
        ]);
    }

    private static void AddHandlers(IServiceCollection services)
    {
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            foreach (var contract in type.GetInterfaces().Where(contract => contract.IsGenericType))
            {
                var definition = contract.GetGenericTypeDefinition();
                if (definition == typeof(IRequestHandler<,>) && !contract.GetGenericArguments()[0].IsAssignableTo(typeof(IForWorkers)))
                {
                    services.AddScoped(contract, type);
                }
                else if (definition == typeof(IValidator<>) && !type.IsGenericType)
                {
                    services.AddSingleton(contract, type);
                }
            }
        }
    }
}
