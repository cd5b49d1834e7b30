using FluentValidation;

namespace MeatLizard.Application.Identity;

/// <summary>What an e-mail address, a password and a name have to be, wherever they are given.</summary>
internal static class AccountRules
{
    public static IRuleBuilderOptions<T, string?> MustBeAnEmail<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(email => email.Length is >= 3 and <= 254 && IsAddress(email)).WithMessage("This is not an e-mail address.")
        .MustBeText();

    public static IRuleBuilderOptions<T, string> MustBeAPassword<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(password => password.Length >= 10).WithMessage("A password has at least 10 characters.")
        .Must(password => password.Length <= 256).WithMessage("A password has at most 256 characters.");

    public static IRuleBuilderOptions<T, string?> MustBeAName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(name => name is null || (name.Trim().Length is >= 1 and <= 100 && !name.Any(char.IsControl)))
        .WithMessage("A name has 1 to 100 characters.")
        .MustBeText();

    /// <summary>The subject of a password identity.</summary>
    public static string Normalize(string email) => email.Trim().ToLowerInvariant();

    private static bool IsAddress(string email)
    {
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return at > 0
            && at == email.LastIndexOf('@')
            && at < email.Length - 1
            && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));
    }
}
