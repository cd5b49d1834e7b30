using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>A choice in sentences, for whoever asks why.</summary>
internal static class ChoiceWords
{
    /// <param name="any">The model that is asked although no level names one, for the key may ask few; null: whichever is ready.</param>
    public static string Because(ModelChoice choice, string? any) => choice.Winner switch
    {
        null when any is not null => $"No level names a model that can be asked, so “{any}” is: the first that this key may ask.",
        null when choice.Levels.All(level => level.Model is null) => "Nobody has chosen a model, so whichever is ready answers.",
        null => "None of the models that are named can be asked now, so whichever is ready answers.",
        { Standing: ModelStanding.NotAllowed, Model: var model } => $"This conversation names “{model}”, which this key may not ask.",
        { Level: ModelLevel.Session, Standing: ModelStanding.Ready or ModelStanding.ProviderOnly, Model: var model } =>
            $"This conversation names “{model}” itself.",
        { Level: ModelLevel.Session, Standing: ModelStanding.Awaited, Model: var model } =>
            $"This conversation names “{model}” itself. No worker is online, so it is waited for.",
        { Level: ModelLevel.Session, Model: var model } =>
            $"This conversation names “{model}” itself, which nobody can answer with now: no default takes its place, and a question goes down the ladder or fails. Choose another one.",
        { Level: ModelLevel.User, Model: var model } => $"This conversation names no model, and “{model}” is your own default.",
        { Level: ModelLevel.Place, Model: var model, Place: var place } =>
            $"Neither this conversation nor you name a model that can be asked, and “{model}” is the default of the place {place}.",
        { Model: var model } => $"Nobody before it names a model that can be asked, and “{model}” is the installation's default.",
    };

    public static string Of(ModelChoice choice, ModelPreference level) => level.Standing switch
    {
        ModelStanding.Unset => "It names no model.",
        ModelStanding.Ready => "A worker that is online has it.",
        ModelStanding.Awaited => "No worker is online that could say, so it would be waited for.",
        ModelStanding.ProviderOnly when choice.IsUsable(level) => "No worker that is online has it; a provider does.",
        ModelStanding.ProviderOnly => "Only a provider has it, and no conversation leaves home by this default while a worker can answer.",
        ModelStanding.WorkerNotReady => "Only workers that take nothing new have it.",
        ModelStanding.ProviderNotReady => "Only a provider has it, which is not asked at the moment.",
        ModelStanding.NotAllowed => "The key that asks may not ask it.",
        _ => "Nobody who is online has it.",
    };

    /// <param name="origin">Of the last answer.</param>
    /// <param name="asked">The model that it was asked for; null: none by name.</param>
    public static string Of(Origin? origin, string? asked)
    {
        var named = asked is null ? "No model was asked for by name" : $"“{asked}” was asked for";
        return origin switch
        {
            null => $"{named}, and nobody has answered.",
            { Kind: OriginKind.Fallback } => $"{named}, and no model could answer: these words are none's.",
            { Kind: OriginKind.Provider, Model: var model, Name: var name } when !Same(model, asked) =>
                $"{named}, and no worker could answer: “{model}” of {Short(name)} did, a provider outside this server.",
            { Kind: OriginKind.Provider, Name: var name } => $"{named}, and it came from {Short(name)}, a provider outside this server.",
            { Model: var model, Name: var name } when Same(model, asked) => $"{named}, and it came from the worker {name}.",
            { Model: var model, Name: var name } => $"{named}; “{model}” on the worker {name} answered.",
        };
    }

    /// <summary>A provider's name without what sets it apart from a worker's.</summary>
    private static string Short(string name) => name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
