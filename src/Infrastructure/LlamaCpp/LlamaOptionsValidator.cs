using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.LlamaCpp;

internal sealed class LlamaOptionsValidator : IValidateOptions<LlamaOptions>
{
    private const int LargestContext = 16 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, LlamaOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Models))
            return Wrong("Models", "must name a folder of .gguf files");
        if (options.ContextSize is not 0 and (< 256 or > LargestContext))
            return Wrong("ContextSize", "must be 0 (what the model was trained for) or at least 256 tokens");
        if (options.Slots is < 1 or > 64)
            return Wrong("Slots", "must be between 1 and 64");
        if (options.GpuLayers is < 0 or > 10_000)
            return Wrong("GpuLayers", "must be between 0 and 10000, or empty to let llama-server decide");
        if (options.Threads is < 1 or > 1024)
            return Wrong("Threads", "must be between 1 and 1024, or empty to let llama-server decide");
        if (OutOfRange(options.IdleUnloadAfter))
            return Wrong("IdleUnloadAfter", "must be between a tenth of a second and a day");
        if (OutOfRange(options.TokenSilence))
            return Wrong("TokenSilence", "must be between a tenth of a second and a day");
        if (OutOfRange(options.StartWithin))
            return Wrong("StartWithin", "must be between a tenth of a second and a day");
        return ValidateOptionsResult.Success;
    }

    private static bool OutOfRange(TimeSpan span) => span < TimeSpan.FromMilliseconds(100) || span > TimeSpan.FromDays(1);

    private static ValidateOptionsResult Wrong(string key, string what) =>
        ValidateOptionsResult.Fail($"{LlamaOptions.Section}:{key} {what}.");
}
