using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Domain.Identity;
using Microsoft.AspNetCore.Authorization;

namespace MeatLizard.Presentation.Api.Identity;

/// <summary>Policies, one for each scope that a key can have.</summary>
internal static class Access
{
    /// <summary>Anybody who has signed in, whatever their key is for.</summary>
    public const string SignedIn = "signed_in";

    /// <summary>A sign-in, or a key that is confined to nothing: for what concerns all of an account at once.</summary>
    public const string Whole = "whole";

    public const string Chat = KeyScopes.Chat;
    public const string Keys = KeyScopes.Keys;

    /// <summary>As <see cref="Keys"/>, for whoever may have programs of their own: not guests.</summary>
    public const string OwnKeys = "own_keys";

    public const string Admin = KeyScopes.Admin;

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        // The core alone: what else AddAuthentication brings (keys on the disk, to protect data with) is needed by no scheme here.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = CallerAuthentication.SchemeName;
            options.AddScheme<CallerAuthentication>(CallerAuthentication.SchemeName, displayName: null);
        });
        services.AddWebEncoders();
        services.AddTransient<CallerAuthentication>();
        services.AddAuthorizationBuilder()
            .AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Whole, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                Caller(context) is { Actor.Scopes.Count: 0 }))
            .AddPolicy(Chat, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Has(context, KeyScopes.Chat)))
            .AddPolicy(Keys, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Has(context, KeyScopes.Keys)))
            .AddPolicy(OwnKeys, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                Has(context, KeyScopes.Keys) && Caller(context) is { Actor.Role: >= Role.Member }))
            .AddPolicy(Admin, policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
                Has(context, KeyScopes.Admin) && Caller(context) is { Actor.Role: >= Role.Admin }));
        return services;
    }

    private static bool Has(AuthorizationHandlerContext context, string scope) =>
        Caller(context) is { Actor.Scopes: var scopes } && (scopes.Count == 0 || scopes.Contains(scope));

    private static Caller? Caller(AuthorizationHandlerContext context) =>
        (context.Resource as HttpContext)?.Features.Get<CallerFeature>()?.Caller;
}
