using System.Text.Json.Serialization;
using MeatLizard.Application.Conversations.Choice;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>Where the last answer of the branch in front really came from.</summary>
internal sealed record WhyAnswerContract
{
    public required Guid MessageId { get; init; }

    public required Guid? RequestId { get; init; }

    /// <summary>The model that was asked for by name; null: none was.</summary>
    public required string? Asked { get; init; }

    /// <summary>Who named it; null where nobody did, and of turns of before this was written down.</summary>
    [JsonConverter(typeof(SnakeCase<ModelLevel>))]
    public required ModelLevel? ChosenBy { get; init; }

    /// <summary>Null: nobody has answered.</summary>
    public required OriginContract? Origin { get; init; }

    public required string Because { get; init; }

    public static WhyAnswerContract From(ExplainedAnswer answer) => new()
    {
        MessageId = answer.Message.Id.Value,
        RequestId = answer.Message.RequestId?.Value,
        Asked = answer.Asked,
        ChosenBy = answer.ChosenBy,
        Origin = answer.Message.Origin is { } origin ? new() { Kind = origin.Kind, Name = origin.Name, Model = origin.Model } : null,
        Because = answer.Because,
    };
}
