using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Conversations.Choice;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Identity.Departure;
using MeatLizard.Presentation.Api.Identity.Groups;
using MeatLizard.Presentation.Api.Identity.Oidc;
using MeatLizard.Presentation.Api.Identity.People;
using MeatLizard.Presentation.Api.Identity.Quotas;
using MeatLizard.Presentation.Api.Inference;
using MeatLizard.Presentation.Api.Inference.OpenAi;
using MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;
using MeatLizard.Presentation.Api.Operations;
using MeatLizard.Presentation.Api.Relay;
using MeatLizard.Presentation.Api.Relay.Providers;
using MeatLizard.Presentation.Api.Relay.Workers;

namespace MeatLizard.Presentation.Api;

/// <summary>What a call passes through, and where it ends up.</summary>
internal static class ApiRoutes
{
    public static void Use(WebApplication app)
    {
        app.Services.GetRequiredService<TrustedProxies>().Use(app);
        app.UseMiddleware<Edge>();
        app.UseWhen(IsPage, static pages =>
        {
            pages.UseDefaultFiles();
            pages.UseStaticFiles(new StaticFileOptions
            {
                // Always asked for, and by its ETag answered with 304 for as long as it is the same.
                OnPrepareResponse = static file => file.Context.Response.Headers.CacheControl = "no-cache",
            });
        });
        app.UseRouting();
        app.UseCors();
        HeardUpgrade.Use(app);
        app.UseWebSockets(
            new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30), KeepAliveTimeout = TimeSpan.FromSeconds(30) });
        app.UseAuthentication();
        app.UseMiddleware<ForeignPageGuard>();
        app.UseAuthorization();

        var api = app.MapGroup("/api/v1").AddEndpointFilter(Query.RefuseUnknown).AddEndpointFilter(NoStore);
        api.MapGroup("").WithTags("Sign-in").MapAuth();
        api.MapGroup("").WithTags("Sign-in").MapOidc();
        api.MapGroup("").WithTags("Keys").MapKeys();
        api.MapGroup("").WithTags("Account").MapOwnAccount();
        api.MapGroup("").WithTags("Account").MapDeparture();
        api.MapGroup("").WithTags("People").MapPeople();
        api.MapGroup("").WithTags("Groups").MapGroups();
        api.MapGroup("").WithTags("Limits").MapLimits();
        api.MapGroup("").WithTags("Sessions").MapSessions();
        api.MapGroup("").WithTags("Messages").MapMessages();
        api.MapGroup("").WithTags("Requests").MapRequests();
        api.MapGroup("").WithTags("Requests").MapSocket();
        api.MapGroup("").WithTags("Models").MapModels();
        api.MapGroup("").WithTags("Settings").MapChoice();
        api.MapGroup("").WithTags("Settings").MapInstallation();
        api.MapGroup("").WithTags("Workers").MapWorkers();
        api.MapGroup("").WithTags("Providers").MapProviders();
        app.MapGroup("").WithTags("Workers").MapLink();
        var openAi = app.MapGroup(OpenAiErrors.Prefix).AddEndpointFilter(Query.RefuseUnknown).AddEndpointFilter(NoStore).WithTags("OpenAI-compatible");
        openAi.MapOpenAiModels();
        openAi.MapChatCompletions();
        openAi.MapEmbeddings();
        openAi.MapResponses();
        var operations = app.MapGroup("").WithTags("Operations");
        api.MapGroup("").WithTags("Operations").MapAudit();
        operations.MapHealth();
        operations.MapMetrics();
        app.MapApiDocument();
    }

    /// <summary>Whoever calls the API is not to wait for a look at the disk.</summary>
    private static bool IsPage(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !http.Request.Path.StartsWithSegments(OpenAiErrors.Prefix, StringComparison.Ordinal);

    private static ValueTask<object?> NoStore(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(context);
    }
}
