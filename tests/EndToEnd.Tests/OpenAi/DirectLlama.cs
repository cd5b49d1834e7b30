using System.Diagnostics;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>llama-server with nothing of ours in front of it.</summary>
internal sealed class DirectLlama : IDisposable
{
    private readonly Process _process;

    private DirectLlama(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<DirectLlama> Start(string model, params string[] also)
    {
        var port = TestPort.Free();
        var process = Process.Start(new ProcessStartInfo(
            TestLlama.Binary,
            [
                "--host", "127.0.0.1", "--port", $"{port}", "-m", model, "--alias", Path.GetFileNameWithoutExtension(model), "-np", "1", "-c", "2048",
                "-t", "1", "--no-webui", "--offline", .. also,
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var llama = new DirectLlama(process, new($"http://127.0.0.1:{port}/"));
        using var http = new HttpClient();
        await Eventually.Is(
            async () =>
            {
                try
                {
                    using var health = await http.GetAsync(new Uri(llama.Address, "health"));
                    return health.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            within: TimeSpan.FromMinutes(1));
        return llama;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
