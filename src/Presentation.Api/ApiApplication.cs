using System.Data.Common;
using System.Net.Sockets;
using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Domain;
using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Infrastructure.Identity;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Infrastructure.Providers;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Infrastructure.Storage.Neighbours;
using MeatLizard.Presentation.Api.Configuration;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Conversations.Markdown;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Inference.OpenAi;
using MeatLizard.Presentation.Api.Operations;
using MeatLizard.Presentation.Api.Relay;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace MeatLizard.Presentation.Api;

/// <summary>The API host, step by step: built, prepared, and then started by whoever holds it.</summary>
public static class ApiApplication
{
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private const long LargestBody = 1024 * 1024;

    /// <summary>The configuration in the order of its sources: files, environment, command line.</summary>
    internal static WebApplicationBuilder Configure(CommandLine commandLine)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddJsonFile("appsettings.json", optional: true, reloadOnChange: false);
        builder.Configuration.AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true, reloadOnChange: false);
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(commandLine.Settings);
        HomePaths.Expand(builder.Configuration);
        ConfigurationCheck.Run(builder.Configuration);
        return builder;
    }

    /// <param name="adjust">For a host that is not quite the product's, e.g. a test's.</param>
    /// <exception cref="WrongConfigurationException">It cannot start like this.</exception>
    public static WebApplication Build(IReadOnlyList<string> arguments, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = Configure(CommandLine.Parse(arguments));
        try
        {
            AddServices(builder);
        }
        catch (OptionsValidationException wrong)
        {
            // Providers are looked at while they are registered: their names are not known before.
            throw new WrongConfigurationException(wrong.Failures.First());
        }

        adjust?.Invoke(builder);
        var app = builder.Build();
        ApiRoutes.Use(app);
        return app;
    }

    /// <summary>Options and addresses checked, database brought up to date, owner seen to.</summary>
    /// <returns>The token of the setup link, when there is no owner yet.</returns>
    /// <exception cref="WrongConfigurationException">It cannot start like this.</exception>
    public static async Task<string?> Prepare(WebApplication app, CancellationToken cancellationToken)
    {
        var services = app.Services;
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            AddressCheck.Run(app.Configuration);
            await services.GetRequiredService<IDatabaseMigrator>().Migrate(cancellationToken);
            await services.GetRequiredService<WorkerAdoption>().Run(cancellationToken);
        }
        catch (OptionsValidationException wrong)
        {
            throw new WrongConfigurationException(wrong.Failures.First());
        }
        catch (Exception wrong) when (wrong is MigrationException or DomainException or FormatException)
        {
            throw new WrongConfigurationException(wrong.Message);
        }
        catch (Exception wrong) when (wrong is DbException or IOException or UnauthorizedAccessException or SocketException)
        {
            throw new WrongConfigurationException(IsPostgres(app.Configuration)
                ? $"Storage:ConnectionString names a database that cannot be used: {wrong.Message}"
                : $"DataFolder cannot be used: {wrong.Message}");
        }

        var useCases = services.GetRequiredService<UseCases>();
        await ApplyLimits(app.Configuration, useCases, cancellationToken);
        if (app.Configuration is var configuration && configuration["Identity:Owner:Email"] is { Length: > 0 } email)
        {
            var made = await useCases.Send(new EnsureOwner(email, configuration["Identity:Owner:Password"]!), null, cancellationToken);
            return made.Refusal is { } refusal ? throw new WrongConfigurationException($"Identity:Owner: {refusal.Detail}") : null;
        }

        return (await useCases.Send(new OfferSetupLink(), null, cancellationToken)).Value;
    }

    /// <summary>From here on calls are answered.</summary>
    /// <exception cref="WrongConfigurationException">It cannot listen where it is told to.</exception>
    public static async Task Listen(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException wrong) when (wrong.InnerException is AddressInUseException)
        {
            throw new WrongConfigurationException(
                $"Urls: the address is taken by another program; choose another one with --urls. ({wrong.Message})");
        }
        catch (SocketException wrong)
        {
            throw new WrongConfigurationException(
                $"Urls: this machine cannot listen there; choose another address with --urls. ({wrong.Message})");
        }
        catch (InvalidOperationException wrong) when (wrong.Message.Contains("HTTPS", StringComparison.Ordinal))
        {
            throw new WrongConfigurationException("Urls: https needs a certificate; name one with Kestrel:Certificates:Default:Path.");
        }
    }

    private static bool IsPostgres(IConfiguration configuration) =>
        "Postgres".Equals(configuration["Storage:Provider"], StringComparison.OrdinalIgnoreCase);

    private static async Task ApplyLimits(IConfiguration configuration, UseCases useCases, CancellationToken cancellationToken)
    {
        var (minute, hour) = (configuration.GetValue<int?>("Limits:PerMinute"), configuration.GetValue<int?>("Limits:PerHour"));
        if ((minute ?? hour) is not null)
        {
            _ = (await useCases.Send(new ApplyLimits(minute, hour), null, cancellationToken)).Value;
        }
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        var urls = configuration["Urls"] is { Length: > 0 } given ? given : DefaultUrl;
        builder.WebHost.UseUrls(urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });
        builder.Host.UseDefaultServiceProvider(provider => provider.ValidateOnBuild = provider.ValidateScopes = true);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(4));
        services.AddSingleton(new TrustedProxies(configuration["TrustedProxies"]));

        // The framework's own filter takes AllowedHosts for all the names there are; Edge knows those that go without saying.
        services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = ["*"]);
        services.ConfigureHttpJsonOptions(json =>
        {
            ApiJson.Configure(json.SerializerOptions);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Wire);
        });

        services
            .AddUseCases()
            .AddStorage(configuration)
            .AddHousekeeping()
            .AddRedis(configuration)
            .AddNeighbours(answersForOthers: false)
            .AddIdentity()
            .AddIssuedTokens(configuration)
            .AddRelay(configuration)
            .AddLinks()
            .AddProviders(configuration);
        if (configuration.GetValue("Relay:LocalWorker", true))
        {
            services.AddLlamaCpp(configuration).AddInProcessWorker(configuration);
        }

        services.AddOptions<IdentityOptions>().Bind(configuration.GetSection("Identity"));

        var origins = new Origins([.. ConfiguredOrigins(configuration)]);
        services.AddSingleton(origins);
        services.AddSingleton(new HostNames(urls, configuration["AllowedHosts"]));
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. origins.Configured])
            .AllowAnyHeader()
            .AllowAnyMethod()
            .AllowCredentials()
            .WithExposedHeaders(
                [Edge.RequestIdHeader, OriginHeader.Name, CacheHeader.Name, CacheHeader.Age, RateLimitHeaders.Policy, RateLimitHeaders.State, .. RateLimitHeaders.Theirs, "Retry-After", OpenAiErrors.ShouldRetry, "Location"])));
        services.AddAccess();
        services.AddSingleton<ApiMapper>();
        services.AddSingleton<SafeMarkdown>();
        services.AddSingleton<MessageView>();
        services.AddSingleton<StoredAnswers>();
        services.AddSingleton<Metrics>();
        services.AddSingleton<CallerWatch>();
        services.AddSingleton<SocketPlaces>();
        services.AddApiDocument();
    }

    private static IEnumerable<string> ConfiguredOrigins(ConfigurationManager configuration) => configuration
        .GetSection("Cors:Origins").AsEnumerable()
        .SelectMany(pair => (pair.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Distinct(StringComparer.OrdinalIgnoreCase);
}
