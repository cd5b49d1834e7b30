using FluentValidation;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Conversations;

/// <summary>What holds for session settings and message content wherever they come in.</summary>
internal static class SessionRules
{
    public const int LongestTitle = 200;
    public const int LongestPrompt = 65_536;
    public const int LongestName = 200;
    public const int LongestMessage = 524_288;

    public static IRuleBuilderOptions<T, string?> Title<T>(IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(LongestTitle).WithMessage($"A title has at most {LongestTitle} characters.").MustBeText();

    public static IRuleBuilderOptions<T, string?> Name<T>(IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(LongestName).WithMessage($"A name has at most {LongestName} characters.").MustBeText();

    public static void ClientMessageId<T>(IRuleBuilder<T, string?> rule) => rule
        .Must(id => id is null or { Length: >= 1 and <= LongestName })
        .WithMessage($"A message's id of the caller's own has 1 to {LongestName} characters.")
        .MustBeText();

    public static IRuleBuilderOptions<T, string?> Prompt<T>(IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(LongestPrompt).WithMessage($"A system prompt has at most {LongestPrompt} characters.").MustBeText();

    public static IRuleBuilderOptions<T, double?> Temperature<T>(IRuleBuilder<T, double?> rule) =>
        rule.Must(value => value is null or (>= 0 and <= 2)).WithMessage("A temperature is from 0 to 2.");

    /// <summary>The actor's key is for other models.</summary>
    public static Refusal ModelNotAllowed(Actor actor) => new(
        RefusalKind.Forbidden, "model_not_allowed", $"This key may not ask that model. It is for {string.Join(", ", actor.Models)}.");

    public static void Content<T>(IRuleBuilder<T, IReadOnlyList<MessagePart>> rule) => rule
        .Must(parts => parts.OfType<TextPart>().Any(part => !string.IsNullOrWhiteSpace(part.Text))).WithMessage("A message needs some text.")
        .Must(parts => parts.All(part => part is TextPart)).WithMessage("Only text parts are taken.")
        .Must(parts => parts.OfType<TextPart>().Sum(part => (long)part.Text.Length) <= LongestMessage)
        .WithMessage($"A message has at most {LongestMessage} characters.")
        .MustBeText(parts => parts.OfType<TextPart>().Select(part => part.Text));
}
