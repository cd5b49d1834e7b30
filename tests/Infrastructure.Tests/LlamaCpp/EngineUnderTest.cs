using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>The engine as a worker gets it, with a folder of its own.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private EngineUnderTest(string folder, string binary, IEnumerable<(string Key, string Value)> settings, Func<int>? freePort)
    {
        Folder = folder;
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["DataFolder"] = Path.Combine(folder, "data"),
                ["Inference:LlamaServer"] = binary,
                ["Inference:Models"] = folder,
                ["Inference:Threads"] = "1",
            })
            .AddInMemoryCollection(settings.ToDictionary(x => x.Key, string? (x) => x.Value))
            .Build();
        var services = new ServiceCollection().AddLlamaCpp(configuration);
        if (freePort is not null)
        {
            services.Replace(ServiceDescriptor.Singleton(x => ActivatorUtilities.CreateInstance<LlamaEngine>(
                x, x.GetRequiredService<IOptions<LlamaOptions>>(), freePort)));
        }
        _services = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public string Folder { get; }
    public IChatClient Client => _services.GetRequiredService<IChatClient>();
    public IEmbeddingGenerator<string, Embedding<float>> Embeddings => _services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
    public IEngineCatalog Catalog => _services.GetRequiredService<IEngineCatalog>();
    public LlamaEngine Engine => _services.GetRequiredService<LlamaEngine>();
    public ModelFolder Models => _services.GetRequiredService<ModelFolder>();

    public static string NewFolder() => Directory.CreateTempSubdirectory("meatlizard-llama-").FullName;

    /// <summary>With the real llama-server.</summary>
    public static EngineUnderTest Real(string folder, params (string Key, string Value)[] settings) => new(
        folder, TestLlama.Binary, settings, null);

    public static EngineUnderTest With(string folder, string binary, Func<int>? freePort, params (string Key, string Value)[] settings) =>
        new(folder, binary, settings, freePort);

    /// <summary>With the stand-in, which plays these runs one after the other.</summary>
    public static EngineUnderTest Scripted(FakeRun[] runs, params (string Key, string Value)[] settings)
    {
        var folder = NewFolder();
        FakeModel.Write(folder, "fake", runs);
        return new EngineUnderTest(folder, TestLlama.StandIn(folder), settings, null);
    }

    public int Starts => FakeModel.Starts(Path.Combine(Folder, "fake.gguf"));

    public async Task<Answer> AskAsync(string question, string? session = null, string? model = null, int? most = null) =>
        await AskAsync([new ChatMessage(ChatRole.User, question)], session, model, most);

    public async Task<Answer> AskAsync(IEnumerable<ChatMessage> messages, string? session = null, string? model = null, int? most = null)
    {
        var answer = new Answer();
        await foreach (var update in Client.GetStreamingResponseAsync(messages, Options(session, model, most)))
            answer.Add(update);
        return answer;
    }

    /// <summary>Asks for something that must fail, and answers how.</summary>
    public async Task<(EngineException Fault, Answer Before)> FailAsync(string question = "hello", string? model = null)
    {
        var answer = new Answer();
        try
        {
            await foreach (
                var update in Client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, question)], Options(null, model, null)))
                answer.Add(update);
        }
        catch (EngineException fault)
        {
            return (fault, answer);
        }
        throw new AssertionException("The engine answered, and should have failed.");
    }

    public static ChatOptions Options(string? session, string? model = null, int? most = null) => new()
    {
        ModelId = model,
        MaxOutputTokens = most,
        AdditionalProperties = session is null ? null : new AdditionalPropertiesDictionary { [EngineTags.Session] = session },
    };

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
