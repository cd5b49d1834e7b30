using MeatLizard.Infrastructure.LlamaCpp;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

internal sealed class LlamaOptionsTests
{
    [Test]
    public void The_defaults_are_valid() =>
        Assert.That(new LlamaOptionsValidator().Validate(null, new LlamaOptions()).Succeeded, Is.True);

    [TestCaseSource(nameof(Wrong))]
    public void A_wrong_value_is_named_by_its_key(string key, LlamaOptions options) =>
        Assert.That(new LlamaOptionsValidator().Validate(null, options).FailureMessage, Does.StartWith($"Inference:{key} must"));

    private static IEnumerable<object[]> Wrong() =>
    [
        ["Models", new LlamaOptions { Models = " " }],
        ["ContextSize", new LlamaOptions { ContextSize = 5 }],
        ["Slots", new LlamaOptions { Slots = 0 }],
        ["GpuLayers", new LlamaOptions { GpuLayers = -1 }],
        ["Threads", new LlamaOptions { Threads = 0 }],
        ["IdleUnloadAfter", new LlamaOptions { IdleUnloadAfter = TimeSpan.Zero }],
        ["TokenSilence", new LlamaOptions { TokenSilence = TimeSpan.Zero }],
        ["StartWithin", new LlamaOptions { StartWithin = TimeSpan.FromDays(2) }],
    ];
}
