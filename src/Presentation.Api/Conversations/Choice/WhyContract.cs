using System.Text.Json.Serialization;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>Which model the next question of a session is asked of, and why.</summary>
internal sealed record WhyContract
{
    /// <summary>Null: whichever is ready.</summary>
    public required string? Model { get; init; }

    /// <summary>The level that has won; null where none has.</summary>
    [JsonConverter(typeof(SnakeCase<ModelLevel>))]
    public required ModelLevel? ChosenBy { get; init; }

    public required string Because { get; init; }

    /// <summary>The code with which a question would be refused; null when it would not.</summary>
    public required string? Refused { get; init; }

    public required IReadOnlyList<WhyLevelContract> Levels { get; init; }

    /// <summary>Null before the first answer.</summary>
    public required WhyAnswerContract? LastAnswer { get; init; }

    public static WhyContract From(ModelExplanation why) => new()
    {
        Model = why.Model,
        ChosenBy = why.ChosenBy,
        Because = why.Because,
        Refused = why.Refusal?.Code,
        Levels = [.. why.Levels.Select(WhyLevelContract.From)],
        LastAnswer = why.Last is { } last ? WhyAnswerContract.From(last) : null,
    };
}
