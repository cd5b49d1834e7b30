using FluentValidation;

namespace MeatLizard.Application.Conversations.Choice;

/// <summary>What holds for a default wherever it is set.</summary>
internal static class DefaultRules
{
    /// <summary>Null takes it away. Whether anybody has the model is not asked: a Mac that sleeps now may wake.</summary>
    public static IRuleBuilderOptions<T, string?> Model<T>(IRuleBuilder<T, string?> rule) => rule
        .Must(name => name is null || name.Trim().Length is >= 1 and <= SessionRules.LongestName)
        .WithMessage($"A model's name has 1 to {SessionRules.LongestName} characters; null takes the default away.")
        .MustBeText();
}
