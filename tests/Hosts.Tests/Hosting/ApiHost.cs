using MeatLizard.Application;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Identity;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.Api;
using MeatLizard.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>The API host as the product builds it, on a free port and a database of its own; only the engine is scripted, and passwords are hashed cheaply.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string OwnerEmail = "owner@example.org";
    public const string Password = "correct horse battery";

    /// <summary>For <see cref="Start(string[])"/>: a host whose workers are all elsewhere.</summary>
    public const string NoWorker = "--Relay:LocalWorker=false";

    /// <summary>For <see cref="Start(string[], Action{IServiceCollection})"/>: the owner is there already.</summary>
    public static IReadOnlyList<string> WithOwner { get; } = [$"--Identity:Owner:Email={OwnerEmail}", $"--Identity:Owner:Password={Password}"];

    private readonly WebApplication _app;
    private readonly TestFolder _folder;

    private ApiHost(WebApplication app, TestFolder folder, ScriptedEngine engine, string? setupToken)
    {
        _app = app;
        _folder = folder;
        Engine = engine;
        SetupToken = setupToken;
        Address = new(app.Urls.First());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public ScriptedEngine Engine { get; }

    public string? SetupToken { get; }

    /// <param name="arguments">As on the command line. Limits are wide unless they say otherwise.</param>
    public static Task<ApiHost> Start(params string[] arguments) =>
        Start([.. WithOwner, .. arguments], _ => { });

    public static Task<ApiHost> StartWithoutOwner(params string[] arguments) => Start(arguments, _ => { });

    public static async Task<ApiHost> Start(string[] arguments, Action<IServiceCollection> also)
    {
        var folder = new TestFolder();
        var engine = new ScriptedEngine();
        var app = ApiApplication.Build(
            ["--urls", "http://127.0.0.1:0", $"--DataFolder={folder.File("data")}", "--Limits:PerMinute=100000", "--Limits:PerHour=1000000", .. arguments],
            builder =>
            {
                builder.Logging.ClearProviders().AddFilter(level => level >= LogLevel.Warning).AddProvider(new TestOutputLogs());
                builder.Services.Replace(ServiceDescriptor.Singleton<IChatClient>(engine));
                builder.Services.Replace(ServiceDescriptor.Singleton<IEngineCatalog>(engine));

                // Hundreds of hosts are started and signed in to: what makes guessing dear is tested by itself.
                builder.Services.Configure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1000);
                also(builder.Services);
            });
        var token = await ApiApplication.Prepare(app, CancellationToken.None);
        await app.StartAsync();
        if (!arguments.Contains(NoWorker))
        {
            var workers = app.Services.GetRequiredService<IWorkerRegistry>();
            await Eventually.Is(() => workers.FindModel(null) is not null);
        }

        return new(app, folder, engine, token);
    }

    /// <summary>Somebody without any sign-in.</summary>
    public ApiClient Nobody() => new(Address);

    public Task<ApiClient> Owner() => SignIn(OwnerEmail);

    /// <summary>A member of that name, made for the test, with a key.</summary>
    public async Task<ApiClient> Member(string name, Role role = Role.Member, params string[] scopes)
    {
        await using var scope = Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var user = User.Join(new(Guid.CreateVersion7()), name, role, TimeProvider.System.GetUtcNow());
        services.GetRequiredService<IUserStore>().Save(user);
        await services.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        var issued = await Services.GetRequiredService<UseCases>().Send(
            new IssueKey("test", scopes, null, null), new Actor(user.State.Id, role, []), CancellationToken.None);
        return new(Address) { Key = issued.Value.Secret, KeyId = issued.Value.Key.Id.Value, UserId = user.State.Id };
    }

    /// <summary>By e-mail address and password, with the cookie.</summary>
    public async Task<ApiClient> SignIn(string email)
    {
        var client = Nobody();
        var answer = await client.Post("/api/v1/auth/login", new { email, password = Password });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        client.Cookie = answer.Header("Set-Cookie")!.Split(';')[0];
        return client;
    }

    /// <summary>How many rows each of these tables has.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountRows(params string[] tables)
    {
        var dialect = Services.GetRequiredService<IDialect>();
        Dictionary<string, int> counted = [];
        foreach (var table in tables)
        {
            counted[table] = (await dialect.Read<int>(new Statement("", $"SELECT COUNT(*) FROM {table}"), CancellationToken.None)).Single();
        }

        return counted;
    }

    public async ValueTask DisposeAsync()
    {
        Engine.Release();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
