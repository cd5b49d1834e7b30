using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Infrastructure.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Infrastructure.Identity;

public static class IdentityRegistration
{
    /// <summary>Passwords and limits; both without anything outside this process.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services)
    {
        services.TryAddSingleton<IPasswordHasher, FrameworkPasswordHasher>();
        services.TryAddSingleton<IRateLimiter, MemoryRateLimiter>();
        return services;
    }
}
