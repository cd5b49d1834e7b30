using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>The product as its users start it: a process of its own, spoken to over HTTP alone.</summary>
internal sealed partial class ProductProcess : IAsyncDisposable
{
    /// <summary>Stands in arguments for the address that the process gets.</summary>
    public const string OwnAddress = "{own-address}";

    private const int Interrupt = 2;

    private readonly Process _process;
    private readonly List<string> _output = [];

    private ProductProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
        Http = new HttpClient { BaseAddress = address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    /// <summary>The token of the setup link that the start has printed; null when there is an owner.</summary>
    public string? SetupToken
    {
        get
        {
            lock (_output)
            {
                return _output
                    .Select(line => line.Split("#setup=") is [_, var rest, ..] ? rest.Trim().Split(' ')[0] : null)
                    .FirstOrDefault(token => token is not null);
            }
        }
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>By ./run, as the README says.</summary>
    public static Task<ProductProcess> Run(string dataFolder, params string[] arguments) =>
        Start(Path.Combine(RepositoryRoot, "run"), [], Fresh(), dataFolder, arguments);

    /// <summary>What ./run starts, without building again.</summary>
    public static Task<ProductProcess> StartBuilt(string dataFolder, params string[] arguments) => StartBuiltAt(Fresh(), dataFolder, arguments);

    /// <summary>As <see cref="StartBuilt"/>, at an address that another one has left.</summary>
    public static Task<ProductProcess> StartBuiltAt(Uri address, string dataFolder, params string[] arguments) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "MeatLizard.Presentation.Api.dll")], address, dataFolder, arguments);

    /// <summary>Makes the owner by the setup link, and a key; calls then carry it.</summary>
    public async Task<string> SignUp()
    {
        await Eventually.Is(() => SetupToken is not null);
        using var setup = await Http.PostAsJsonAsync(
            "api/v1/auth/setup",
            new { token = SetupToken, email = "owner@example.org", password = "correct horse battery", name = "Owner" });
        Assert.That(setup.StatusCode, Is.LessThan(HttpStatusCode.MultipleChoices), await setup.Content.ReadAsStringAsync());
        var cookie = setup.Headers.GetValues("Set-Cookie").First().Split(';')[0];

        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/keys") { Content = JsonContent.Create(new { name = "test" }) };
        request.Headers.Add("Cookie", cookie);
        request.Headers.Add("X-Requested-With", "MeatLizard");
        using var made = await Http.SendAsync(request);
        var key = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return key;
    }

    /// <summary>As its owner, who has signed up.</summary>
    /// <returns>The code with which the worker enrols.</returns>
    public async Task<string> Invite(string worker)
    {
        using var invited = await Http.PostAsJsonAsync("api/v1/admin/workers", new { name = worker });
        return (await invited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()!;
    }

    /// <summary>Ctrl-C.</summary>
    public async Task<TimeSpan> PressCtrlC()
    {
        var started = Stopwatch.GetTimestamp();
        Assert.That(Kill(_process.Id, Interrupt), Is.Zero);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(patience.Token);
        return Stopwatch.GetElapsedTime(started);
    }

    public async Task Sigkill()
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync();
    }

    /// <summary>The llama-servers of a data folder: those that mention its model in their arguments.</summary>
    public static int CountLlamaServers(string modelFolder) => Directory.GetDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
        .Count(folder => IsLlamaServer(folder, modelFolder));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            await PressCtrlC();
        }

        _process.Dispose();
    }

    private static Uri Fresh() => new($"http://127.0.0.1:{TestPort.Free()}");

    private static async Task<ProductProcess> Start(string program, string[] before, Uri address, string dataFolder, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = RepositoryRoot };
        string[] all = [.. before, "--urls", address.ToString().TrimEnd('/'), $"--DataFolder={dataFolder}",
            .. arguments.Select(argument => argument.Replace(OwnAddress, address.ToString(), StringComparison.Ordinal))];
        Array.ForEach(all, start.ArgumentList.Add);
        var process = new Process { StartInfo = start };
        var product = new ProductProcess(process, address);
        process.OutputDataReceived += product.Keep;
        process.ErrorDataReceived += product.Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await Eventually.Is(
                async () =>
                {
                    Assert.That(process.HasExited, Is.False, product.Output);
                    try
                    {
                        using var ready = await product.Http.GetAsync("ready");
                        return ready.IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                within: TimeSpan.FromMinutes(3));
        }
        catch
        {
            TestContext.Out.WriteLine(product.Output);
            process.Kill(entireProcessTree: true);
            throw;
        }

        return product;
    }

    private static bool IsLlamaServer(string folder, string modelFolder)
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(folder, "cmdline"));
            return line.Contains(modelFolder, StringComparison.Ordinal) && line.Contains("llama-server", StringComparison.Ordinal)
                && !line.Contains("Presentation.Api", StringComparison.Ordinal) && !line.StartsWith("/bin/sh", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MeatLizard.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests don't run from inside of the repository.");
        }

        return folder;
    }

    private void Keep(object sender, DataReceivedEventArgs received)
    {
        if (received.Data is { } line)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
