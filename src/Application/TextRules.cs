using FluentValidation;

namespace MeatLizard.Application;

/// <summary>What holds for every text that is stored.</summary>
internal static class TextRules
{
    private const string NotText = "The text has a NUL or half of a surrogate pair.";

    public static IRuleBuilderOptions<T, string?> MustBeText<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(IsText).WithMessage(NotText);

    public static IRuleBuilderOptions<T, TProperty> MustBeText<T, TProperty>(
        this IRuleBuilder<T, TProperty> rule, Func<TProperty, IEnumerable<string>> texts) =>
        rule.Must(value => texts(value).All(IsText)).WithMessage(NotText);

    /// <summary>PostgreSQL stores no NUL, and half a surrogate pair is no character: both are refused on every database.</summary>
    private static bool IsText(string? value)
    {
        for (var i = 0; i < value?.Length; i++)
        {
            if (value[i] == '\0' || char.IsLowSurrogate(value[i]))
            {
                return false;
            }

            if (char.IsHighSurrogate(value[i]) && (++i == value.Length || !char.IsLowSurrogate(value[i])))
            {
                return false;
            }
        }

        return true;
    }
}
