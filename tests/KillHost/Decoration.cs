using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.KillHost;

internal static class Decoration
{
    /// <summary>Puts something around what the product registers for a port.</summary>
    public static void Decorate<T>(this IServiceCollection services, Func<IServiceProvider, T, T> around)
        where T : class
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: false } inner && inner.ServiceType == typeof(T))
            {
                services[i] = ServiceDescriptor.Describe(typeof(T), provider => around(provider, (T)Make(provider, inner)), inner.Lifetime);
            }
        }
    }

    private static object Make(IServiceProvider provider, ServiceDescriptor inner) =>
        inner.ImplementationInstance
        ?? inner.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!);
}
