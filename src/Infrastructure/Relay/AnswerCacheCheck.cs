using MeatLizard.Application.Relay.Caching;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Relay;

internal sealed class AnswerCacheCheck : IValidateOptions<AnswerCacheOptions>
{
    private const int MostEntries = 100_000;
    private const int LeastBytes = 64 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public ValidateOptionsResult Validate(string? name, AnswerCacheOptions options)
    {
        var problem = options.Entries is < 1 or > MostEntries ? "Cache:Answers:Entries must be from 1 to 100000."
            : options.Bytes < LeastBytes ? "Cache:Answers:Bytes must be at least 65536."
            : options.Ttl <= TimeSpan.Zero || options.Ttl > Longest ? "Cache:Answers:Ttl must be more than zero and at most 30 days."
            : options.StaleTtl < TimeSpan.Zero || options.StaleTtl > Longest ? "Cache:Answers:StaleTtl must be from zero to 30 days."
            : null;
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }
}
