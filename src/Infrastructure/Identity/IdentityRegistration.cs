using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Oidc;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Identity.Tokens;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Identity.Oidc;
using MeatLizard.Infrastructure.Identity.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

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

    /// <summary>
    /// Bearer tokens of an issuer, if <c>Identity:Jwt</c> names one, and signing in with one, if <c>Identity:Oidc</c> does; for the host that
    /// serves callers.
    /// </summary>
    public static IServiceCollection AddIssuedTokens(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TokenOptions>().Bind(configuration.GetSection("Identity:Jwt")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TokenOptions>, TokenOptionsCheck>();
        services.TryAddSingleton<ITokenReader, TokenReader>();
        services.AddOptions<OidcOptions>().Bind(configuration.GetSection("Identity:Oidc")).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OidcOptions>, OidcOptionsCheck>();
        services.TryAddSingleton<OidcFlow>();
        services.TryAddSingleton<IOidcIssuer, OidcIssuer>();
        return services;
    }
}
