using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// Where llama-server is on this machine; looked for again on every question until it is found, so that installing it is enough.
/// </summary>
internal sealed class LlamaBinary(IOptions<LlamaOptions> options)
{
    private const string Name = "llama-server";

    private volatile string? _found;

    public string? Path => _found is { } found && File.Exists(found) ? found : _found = Places().FirstOrDefault(File.Exists);

    public string? Problem => Path is not null ? null
        : string.IsNullOrWhiteSpace(options.Value.LlamaServer)
            ? "There is no llama-server on this machine. Install llama.cpp (tools/get-llama, or brew install llama.cpp), "
                + "or set Inference:LlamaServer."
            : "Inference:LlamaServer names a program that is not there. Correct it, or leave it out and install llama.cpp.";

    private IEnumerable<string> Places()
    {
        var wanted = options.Value.LlamaServer;
        if (!string.IsNullOrWhiteSpace(wanted) && wanted.Contains('/'))
            return [System.IO.Path.GetFullPath(wanted)];
        var name = string.IsNullOrWhiteSpace(wanted) ? Name : wanted;
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var places = path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            // launchd starts programs without Homebrew on their PATH.
            .Concat(["/opt/homebrew/bin", "/usr/local/bin"])
            .Append(System.IO.Path.Combine(System.IO.Path.GetFullPath(options.Value.DataFolder), "llama", "bin"));
        return places.Select(x => System.IO.Path.GetFullPath(System.IO.Path.Combine(x, name)));
    }
}
