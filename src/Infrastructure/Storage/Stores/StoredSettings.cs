using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Storage.Stores;

/// <summary>A request's settings as its column holds them, so that renaming a domain property does not change stored rows.</summary>
internal sealed record StoredSettings
{
    public string? Model { get; init; }

    /// <summary>A level's name; null where nobody named a model, and in rows of before there were levels.</summary>
    public string? ChosenBy { get; init; }

    public string? SystemPrompt { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    public int? MaxTokens { get; init; }

    public long? Seed { get; init; }

    public IReadOnlyList<string> Stop { get; init; } = [];

    public Guid? ContextFrom { get; init; }

    public Guid? Continues { get; init; }

    public Guid? Key { get; init; }

    /// <summary>Null for any.</summary>
    public IReadOnlyList<string>? OnlyModels { get; init; }

    public bool? HoldsQuota { get; init; }

    public StoredTerms? Call { get; init; }

    public static StoredSettings Of(RequestSettings settings) => new()
    {
        Model = settings.Model,
        ChosenBy = settings.ChosenBy?.ToString(),
        SystemPrompt = settings.SystemPrompt,
        Temperature = settings.Options.Temperature,
        TopP = settings.Options.TopP,
        MaxTokens = settings.Options.MaxTokens,
        Seed = settings.Options.Seed,
        Stop = settings.Options.Stop,
        ContextFrom = settings.ContextFrom?.Value,
        Continues = settings.Continues?.Value,
        Key = settings.Key?.Value,
        OnlyModels = settings.OnlyModels.Count == 0 ? null : settings.OnlyModels,
        HoldsQuota = settings.HoldsQuota ? true : null,
        Call = settings.Call is { } call
            ? new(call.CacheName, call.Tools, call.ToolChoice, call.ParallelToolCalls, call.ResponseFormat)
            : null,
    };

    public RequestSettings Settings() => new()
    {
        Model = Model,
        ChosenBy = Enum.TryParse<ModelLevel>(ChosenBy, out var level) ? level : null,
        SystemPrompt = SystemPrompt,
        Options = new GenerationOptions { Temperature = Temperature, TopP = TopP, MaxTokens = MaxTokens, Seed = Seed, Stop = Stop },
        ContextFrom = ContextFrom is { } from ? new MessageId(from) : null,
        Continues = Continues is { } cut ? new MessageId(cut) : null,
        Key = Key is { } key ? new ApiKeyId(key) : null,
        OnlyModels = OnlyModels ?? [],
        HoldsQuota = HoldsQuota == true,
        Call = Call is null
            ? null
            : new()
            {
                CacheName = Call.CacheName,
                Tools = Call.Tools,
                ToolChoice = Call.ToolChoice,
                ParallelToolCalls = Call.ParallelToolCalls,
                ResponseFormat = Call.ResponseFormat,
            },
    };
}

internal sealed record StoredTerms(string CacheName, string? Tools, string? ToolChoice, bool? ParallelToolCalls, string? ResponseFormat);
