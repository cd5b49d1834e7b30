using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Storage;

internal sealed class LimitOptionsCheck : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        if (options.PerMinute < 1)
        {
            return ValidateOptionsResult.Fail("Limits:PerMinute must be 1 or more.");
        }

        return options.PerHour < 1 ? ValidateOptionsResult.Fail("Limits:PerHour must be 1 or more.") : ValidateOptionsResult.Success;
    }
}
