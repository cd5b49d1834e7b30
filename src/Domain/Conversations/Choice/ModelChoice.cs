namespace MeatLizard.Domain.Conversations.Choice;

/// <summary>
/// Which model a turn is asked of, and why. What the session names is asked, whatever has become of it: no other takes its place unseen. Of the
/// defaults (the user's, the place's, the installation's) the first that can be asked counts, and those that cannot are passed over.
/// </summary>
public sealed record ModelChoice
{
    private ModelChoice(IReadOnlyList<ModelPreference> levels, bool homeCanAnswer)
    {
        Levels = levels;
        HomeCanAnswer = homeCanAnswer;
        Winner = levels.FirstOrDefault(IsUsable);
    }

    /// <summary>All of them, in the order in which they are heard.</summary>
    public IReadOnlyList<ModelPreference> Levels { get; }

    /// <summary>Whether a worker could answer with some model or other.</summary>
    public bool HomeCanAnswer { get; }

    /// <summary>Null: no level names a model that can be asked, and whichever is ready answers.</summary>
    public ModelPreference? Winner { get; }

    /// <summary>The model that is asked by name; null for whichever is ready.</summary>
    public string? Model => Winner?.Model;

    /// <summary>The session names a model that may not be asked, so that nothing is.</summary>
    public bool IsRefused => Winner is { Standing: ModelStanding.NotAllowed };

    /// <param name="preferences">In any order; several places inner ones first.</param>
    /// <param name="homeCanAnswer">Whether a worker could answer with some model or other, and is asked before providers.</param>
    public static ModelChoice Among(IEnumerable<ModelPreference> preferences, bool homeCanAnswer) =>
        new([.. preferences.OrderBy(preference => preference.Level)], homeCanAnswer);

    /// <summary>Whether it would be asked if nobody before it were.</summary>
    public bool IsUsable(ModelPreference preference) => preference.Level == ModelLevel.Session
        ? preference.Model is not null
        : preference.Standing switch
        {
            ModelStanding.Ready or ModelStanding.Awaited => true,

            // By somebody else's default no conversation leaves home while home can answer.
            ModelStanding.ProviderOnly => preference.Level == ModelLevel.User || !HomeCanAnswer,
            _ => false,
        };
}
