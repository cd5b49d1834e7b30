using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Discord;

/// <summary>The whole relay on one machine by one command: <c>./run --discord-stand-in</c>.</summary>
[TestFixture]
internal sealed class LaptopTests
{
    private const string Question = "Which lizard basks longest in the afternoon sun?";

    [Test]
    public async Task One_command_makes_a_relay_that_answers_through_the_stand_in_and_Ctrl_C_ends_it_all()
    {
        using var folder = new TestFolder();
        var model = FakeModel.Write(folder.File("models"), "scripted");
        string[] arguments = ["--discord-stand-in", "--stand-in-port", "0", "--model", model, $"--Inference:LlamaServer={TestLlama.StandIn(folder.Path)}"];
        string first;
        await using (var laptop = await ProductProcess.Run(folder.File("data"), arguments))
        {
            var (password, discord) = await Told(laptop);
            first = password;
            await SignIn(laptop, password);
            var reply = await Ask(laptop);
            Assert.That(reply.GetProperty("status").GetString(), Is.EqualTo("complete"), reply.ToString());
            Assert.That(reply.GetProperty("origin").GetProperty("name").GetString(), Is.EqualTo("laptop"));

            using var page = new HttpClient { BaseAddress = discord };
            var ledger = await page.GetStringAsync("stand-in/ledger");
            Assert.That(ledger, Does.Contain("ML1.").And.Not.Contain("basks"));
            Assert.That(ledger, Does.Contain($"{DefaultWorld.ServerBot}").And.Contain($"{DefaultWorld.ClientBot}"));
            Assert.That(Processes(folder), Is.Not.Empty, "or the count of what is left says nothing");

            Assert.That(await laptop.PressCtrlC(), Is.LessThan(TimeSpan.FromSeconds(5)));
            Assert.That(Processes(folder), Is.Empty);
            Assert.That(async () => await page.GetAsync("stand-in/ledger"), Throws.InstanceOf<HttpRequestException>(), "the stand-in too");
        }

        // The second start finds its worker enrolled, and a Discord that has forgotten everything.
        await using var again = await ProductProcess.Run(folder.File("data"), arguments);
        var (same, _) = await Told(again);
        Assert.That(same, Is.EqualTo(first));
        await SignIn(again, same);
        Assert.That((await Ask(again)).GetProperty("status").GetString(), Is.EqualTo("complete"));
    }

    private static async Task<(string Password, Uri Discord)> Told(ProductProcess laptop)
    {
        await Eventually.Is(() => laptop.Output.Contains("Ctrl-C ends everything", StringComparison.Ordinal), within: TimeSpan.FromMinutes(2));
        return (
            Regex.Match(laptop.Output, @"and the password +(\S+)").Groups[1].Value,
            new Uri(Regex.Match(laptop.Output, @"what Discord sees +(\S+)").Groups[1].Value));
    }

    private static async Task SignIn(ProductProcess laptop, string password)
    {
        using var signedIn = await laptop.Http.PostAsJsonAsync("api/v1/auth/login", new { email = "owner@example.org", password });
        Assert.That(signedIn.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        laptop.Http.DefaultRequestHeaders.Add("X-Requested-With", "MeatLizard");
    }

    private static async Task<JsonElement> Ask(ProductProcess laptop)
    {
        using var opened = await laptop.Http.PostAsJsonAsync("api/v1/sessions", new { title = "On a laptop" });
        var session = (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/sessions/{session}/messages") { Content = JsonContent.Create(new { content = Question }) };
        request.Headers.Add("Prefer", "wait=60");
        using var answer = await laptop.Http.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reply");
    }

    /// <summary>The command lines of all that was started for this folder.</summary>
    private static string[] Processes(TestFolder folder) =>
    [
        .. Directory.GetDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), out _))
            .Select(process =>
            {
                try
                {
                    return File.ReadAllText(Path.Combine(process, "cmdline"));
                }
                catch (IOException)
                {
                    return "";
                }
            })
            .Where(line => line.Contains(folder.Path, StringComparison.Ordinal)),
    ];
}
