using System.Collections.Concurrent;

namespace MeatLizard.Infrastructure.Providers;

/// <summary>
/// Gemini signs the thought that led to a call, and from its third generation on wants the signature back with the call. It has no place in
/// anybody else's API, so the latest ones are remembered here, by call; for others there is a word that means: there is none.
/// </summary>
internal sealed class GeminiSignatures
{
    private const string None = "skip_thought_signature_validator";
    private const int Most = 1024;

    private readonly ConcurrentDictionary<string, string> _known = new();
    private readonly ConcurrentQueue<string> _byAge = new();

    public void Keep(string call, string signature)
    {
        if (_known.TryAdd(call, signature))
        {
            _byAge.Enqueue(call);
        }

        while (_known.Count > Most && _byAge.TryDequeue(out var oldest))
        {
            _known.TryRemove(oldest, out _);
        }
    }

    /// <returns>Null for models that ask for none.</returns>
    public string? Of(string call, string model) => _known.TryGetValue(call, out var signature) ? signature
        : model.StartsWith("gemini-1", StringComparison.Ordinal) || model.StartsWith("gemini-2", StringComparison.Ordinal) ? null
        : None;
}
