using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>A product whose worker is the client bot, a process of its own, enrolled as its operator does it.</summary>
internal sealed record LinkedProduct(ProductHost Host, ChildOfBench Worker)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>For a product: nobody answers in its own process.</summary>
    public static (string Key, string Value) NoWorker => ("Relay:LocalWorker", "false");

    /// <summary>Over SQLite and the link; the worker is there.</summary>
    /// <param name="settings">The worker's.</param>
    public static async Task<LinkedProduct> Start(Stage stage, string model, params (string Key, string Value)[] settings)
    {
        var host = stage.Keep(await ProductHost.Start(stage, Database.Sqlite, model: null, NoWorker));
        var worker = stage.Keep(Launch(stage, await Enrol(stage, host, "worker"), model, settings, []));
        await Online(host, workers: 1);
        return new(host, worker);
    }

    /// <returns>The worker's folder.</returns>
    public static async Task<string> Enrol(Stage stage, ProductHost host, string name)
    {
        using var invited = await host.Http.PostAsJsonAsync("api/v1/admin/workers", new { name });
        invited.EnsureSuccessStatusCode();
        using var invitation = JsonDocument.Parse(await invited.Content.ReadAsStreamAsync());
        var folder = Path.Combine(stage.Folder, $"{name}-{Guid.CreateVersion7():n}");
        var address = $"{host.Http.BaseAddress}#{invitation.RootElement.GetProperty("code").GetString()}";
        await using var enrolment = stage.Run("enrol", "dotnet", ["exec", Stage.ClientBot, "enrol", address, $"--DataFolder={folder}"]);
        await enrolment.Succeeds(CancellationToken.None);
        return folder;
    }

    /// <param name="folder">As <see cref="Enrol"/> has made it.</param>
    public static ChildOfBench Launch(
        Stage stage,
        string folder,
        string model,
        IEnumerable<(string Key, string Value)> settings,
        (string Name, string Value)[] environment) => stage.Run(
            "worker",
            "dotnet",
            [
                "exec", Stage.ClientBot, "run", $"--DataFolder={folder}", "--model", stage.Model(model),
                $"--Inference:LlamaServer={TestLlama.Binary}", .. settings.Select(setting => $"--{setting.Key}={setting.Value}"),
            ],
            environment);

    /// <summary>Returns when so many workers are connected.</summary>
    public static async Task Online(ProductHost host, int workers)
    {
        using var late = new CancellationTokenSource(Within);
        while (await Connected(host, late.Token) < workers)
        {
            host.Process.MustRun();
            await Task.Delay(TimeSpan.FromMilliseconds(50), late.Token);
        }
    }

    private static async Task<int> Connected(ProductHost host, CancellationToken cancellationToken)
    {
        using var answer = await host.Http.GetAsync(new Uri("api/v1/admin/workers", UriKind.Relative), cancellationToken);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return 0;
        }

        using var listed = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(cancellationToken));
        return listed.RootElement.GetProperty("items").EnumerateArray().Count(worker => worker.GetProperty("models").GetArrayLength() > 0);
    }
}
