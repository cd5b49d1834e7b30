using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Hosting;

[TestFixture]
internal sealed class TakenPortTests
{
    [Test]
    public async Task A_host_on_a_taken_port_says_one_sentence_ends_with_2_and_has_written_nothing()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var folder = new TestFolder();
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "MeatLizard.Presentation.Api.dll"),
            "--urls", $"http://{other.LocalEndpoint}", $"--DataFolder={folder.File("data")}",
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var product = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (said, complained) = (product.StandardOutput.ReadToEndAsync(patience.Token), product.StandardError.ReadToEndAsync(patience.Token));
        await product.WaitForExitAsync(patience.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(product.ExitCode, Is.EqualTo(2));
            Assert.That(await said, Is.Empty);
            Assert.That((await complained).TrimEnd(), Does.StartWith("Urls: the address is taken").And.Not.Contain("\n"));
            Assert.That(Directory.Exists(folder.File("data")), Is.False);
        }
    }
}
