using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.LlamaCpp;

public static class LlamaRegistration
{
    /// <summary>llama.cpp as the engine of this process: IChatClient, IEmbeddingGenerator and IEngineCatalog. Its child ends with the container.</summary>
    public static IServiceCollection AddLlamaCpp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LlamaOptions>()
            .Bind(configuration.GetSection(LlamaOptions.Section))
            .Configure(x => x.DataFolder = configuration["DataFolder"] is { Length: > 0 } folder ? folder : x.DataFolder)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LlamaOptions>, LlamaOptionsValidator>());
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<LlamaBinary>();
        services.TryAddSingleton<ChildLedger>();
        services.TryAddSingleton<ModelFolder>();
        services.TryAddSingleton<LlamaEngine>();
        services.TryAddSingleton<IEngineCatalog>(x => x.GetRequiredService<ModelFolder>());
        services.TryAddSingleton<IChatClient, LlamaChatClient>();
        services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>, LlamaEmbeddings>();
        return services;
    }
}
