using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>
/// A machine behind a router becomes a worker with two commands: in a network namespace of its own, over TLS, with a real llama-server.
/// </summary>
[TestFixture]
internal sealed class WorkerElsewhereTests
{
    private const int Port = 8443;
    private static readonly string Client = Path.Combine(AppContext.BaseDirectory, "MeatLizard.Presentation.DiscordClient.dll");

    [Test]
    public async Task Enrol_and_run_make_a_worker_that_listens_on_nothing_but_loopback()
    {
        using var folder = new TestFolder();
        var model = TestModel.Tiny(folder.File("models"));
        await using var network = await Namespace.Create();
        var (certificate, key) = (folder.File("cert.pem"), folder.File("key.pem"));
        await Shell.Run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=meatlizard",
            "-addext", $"subjectAltName=IP:{network.Here}", "-out", certificate, "-keyout", key);
        await using var server = await ProductProcess.StartBuilt(
            folder.File("data"),
            "--Relay:LocalWorker=false",
            $"--Kestrel:Endpoints:Here:Url={ProductProcess.OwnAddress}",
            $"--Kestrel:Endpoints:Elsewhere:Url=https://{network.Here}:{Port}",
            $"--Kestrel:Endpoints:Elsewhere:Certificate:Path={certificate}",
            $"--Kestrel:Endpoints:Elsewhere:Certificate:KeyPath={key}",
            $"--AllowedHosts={network.Here}");
        await server.SignUp();
        var code = await server.Invite("anna-mac");

        string[] there = network.Inside("env", $"SSL_CERT_FILE={certificate}", "dotnet", Client);
        var data = $"--DataFolder={folder.File("worker")}";
        var (early, advice) = await Shell.Try([.. there, "run", data]);
        Assert.That((early, advice), Is.EqualTo((1, "This machine is no worker yet. Ask the server's admin for a code, then: ./worker enrol ADDRESS\n")));
        Assert.That(
            await Shell.Run([.. there, "enrol", $"https://{network.Here}:{Port}/#{code}", data]),
            Does.StartWith($"This machine is now worker anna-mac of https://{network.Here}:{Port}/."));
        Assert.That(await Shell.Run("stat", "-c", "%a", folder.File("worker/anna-mac.root")), Is.EqualTo("600\n"));

        using var worker = Start([.. there, "run", data, "--model", model, $"--Inference:LlamaServer={TestLlama.Binary}"]);
        await Eventually.Is(async () => await State(server) == "online", within: TimeSpan.FromMinutes(1));
        var reply = await Ask(server);
        Assert.That(reply.GetProperty("text").GetString(), Is.Not.Empty);
        Assert.That(reply.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo("anna-mac"));

        var listening = (await Shell.Run(network.Inside("ss", "-H", "-l", "-n", "-t", "-u")))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]);
        Assert.That(listening, Is.All.StartsWith("127.0.0.1:"), "llama-server, for the worker alone");
        await Eventually.Is(async () => (await Shell.Try([.. there, "status", data])).Code == 0);
        Assert.That(await Shell.Run([.. there, "status", data]), Does.Contain("state    connected since").And.Contain("tiny"));

        await Shell.Run("kill", "-TERM", $"{worker.Id}");
        await worker.WaitForExitAsync();
        Assert.That(worker.ExitCode, Is.Zero);
        Assert.That((await Shell.Try([.. there, "status", data])).Code, Is.EqualTo(1));
        await Eventually.Is(() => ProductProcess.CountLlamaServers(folder) == 0, within: TimeSpan.FromSeconds(5));
    }

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..]))!;

    private static async Task<string?> State(ProductProcess server) =>
        (await server.Http.GetFromJsonAsync<JsonElement>("api/v1/admin/workers")).GetProperty("items")[0].GetProperty("state").GetString();

    private static async Task<JsonElement> Ask(ProductProcess server)
    {
        using var opened = await server.Http.PostAsJsonAsync("api/v1/sessions", new { title = "Over there" });
        var session = (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/sessions/{session}/messages") { Content = JsonContent.Create(new { content = "Hello!" }) };
        request.Headers.Add("Prefer", "wait=60");
        using var answer = await server.Http.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reply");
    }
}
