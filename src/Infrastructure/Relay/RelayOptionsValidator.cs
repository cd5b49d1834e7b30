using MeatLizard.Application.Relay;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Relay;

internal sealed class RelayOptionsValidator : IValidateOptions<RelayOptions>
{
    public ValidateOptionsResult Validate(string? name, RelayOptions options)
    {
        foreach (var (key, value) in (ReadOnlySpan<(string, TimeSpan)>)
        [
            (nameof(options.QueueWithin), options.QueueWithin),
            (nameof(options.AcknowledgeWithin), options.AcknowledgeWithin),
            (nameof(options.FirstTokenWithin), options.FirstTokenWithin),
            (nameof(options.CompleteWithin), options.CompleteWithin),
            (nameof(options.OutboxLease), options.OutboxLease),
        ])
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            {
                return ValidateOptionsResult.Fail($"Relay:{key} must be more than nothing and at most a day.");
            }
        }

        return options.WorkerGrace < TimeSpan.Zero || options.WorkerGrace > TimeSpan.FromDays(1)
            ? ValidateOptionsResult.Fail("Relay:WorkerGrace must be from nothing to a day.")
            : options.Attempts is >= 1 and <= 10
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("Relay:Attempts must be from 1 to 10.");
    }
}
