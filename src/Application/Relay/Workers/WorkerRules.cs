using FluentValidation;

namespace MeatLizard.Application.Relay.Workers;

internal static class WorkerRules
{
    /// <summary>Of a worker elsewhere: the server's own is always called <c>local</c>.</summary>
    public static IRuleBuilderOptions<T, string> MustBeAWorkersName<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(name => name.Length is >= 1 and <= 40 && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') && name[0] != '-')
        .WithMessage("A worker's name has 1 to 40 lower-case letters, digits and hyphens, and begins with a letter or a digit.")
        .Must(name => name != "local")
        .WithMessage("The name local is the server's own worker's.");
}
