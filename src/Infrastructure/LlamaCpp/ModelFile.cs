using MeatLizard.Domain.Inference;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>A model file with its settings, or the reason why it can't be used.</summary>
internal sealed record ModelFile
{
    // Not a vector but a score: a model that ranks is no use to either kind of caller.
    private const int RanksPooling = 4;

    public required string Path { get; init; }
    public required ModelDescriptor Descriptor { get; init; }
    public required ModelSettings Settings { get; init; }
    public string? Fault { get; init; }

    /// <summary>It turns texts into vectors, and does nothing else.</summary>
    public bool Embeds => Descriptor.Embeds;

    /// <summary>Its file says how the vectors of a text's tokens become one.</summary>
    public bool PoolsByItself { get; init; }

    /// <summary>The file that turns images into what the model reads; without one it takes none.</summary>
    public string? Projector { get; init; }

    public string Name => Descriptor.Name;

    public static ModelFile Read(string path, long size, LlamaOptions options)
    {
        var name = System.IO.Path.GetFileNameWithoutExtension(path);
        var settings = new ModelSettings();
        try
        {
            settings = ModelSettings.Read(System.IO.Path.ChangeExtension(path, ".json"));
            var header = GgufHeader.Read(path);
            var trained = header.ContextLength ?? 4096;
            var wanted = settings.ContextSize ?? options.ContextSize;
            var pools = header.Pooling is > 0 and not RanksPooling;
            var embeds = pools || settings.Embeddings;
            var projector = embeds ? null : Projectors.Find(path, settings.Mmproj);
            return new ModelFile
            {
                Path = path,
                Settings = settings,
                PoolsByItself = pools,
                Projector = projector,
                Fault = header.Complete ? null : "it is cut off, or still being copied",
                Descriptor = new ModelDescriptor
                {
                    Name = settings.Alias ?? name,
                    Title = header.Name,
                    ContextSize = wanted == 0 ? trained : Math.Min(wanted, trained),
                    Slots = settings.Slots ?? options.Slots,
                    SizeBytes = size,
                    SupportsTools = header.ChatTemplate.Contains("tool_call", StringComparison.Ordinal),
                    SupportsReasoning = header.ChatTemplate.Contains("<think>", StringComparison.Ordinal)
                        || header.ChatTemplate.Contains("reasoning_content", StringComparison.Ordinal),
                    SupportsImages = projector is not null,
                    Embeds = embeds,
                },
            };
        }
        catch (Exception wrong) when (wrong is IOException or InvalidDataException or UnauthorizedAccessException or OverflowException)
        {
            return new ModelFile
            {
                Path = path,
                Settings = settings,
                Fault = wrong is InvalidDataException ? wrong.Message : "it can't be read",
                Descriptor = new ModelDescriptor { Name = settings.Alias ?? name, ContextSize = 0, Slots = 0, SizeBytes = size },
            };
        }
    }
}
