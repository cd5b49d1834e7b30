using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using MeatLizard.Testing.Models;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>What the client adds to the time until the first token, over the same request sent by hand.</summary>
internal sealed class FirstTokenTests
{
    private const int Rounds = 60;

    [Test]
    public async Task The_first_token_is_passed_on_at_once()
    {
        var folder = EngineUnderTest.NewFolder();
        TestModel.Tiny(folder);
        await using var engine = EngineUnderTest.Real(folder, ("Inference:Slots", "1"));
        for (var i = 0; i < 10; i++)
            _ = (await OursAsync(engine), await ByHandAsync(engine));
        var (ours, byHand) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            ours.Add(await OursAsync(engine));
            byHand.Add(await ByHandAsync(engine));
        }
        ours.Sort();
        byHand.Sort();
        var added = ours[Rounds / 2] - byHand[Rounds / 2];
        TestContext.Out.WriteLine(
            $"First token: by hand {byHand[Rounds / 2]:0.00} ms, ours {ours[Rounds / 2]:0.00} ms "
            + $"(p90 {byHand[54]:0.00}, {ours[54]:0.00}).");
        Assert.That(added, Is.LessThan(2));
    }

    private static async Task<double> OursAsync(EngineUnderTest engine)
    {
        var watch = Stopwatch.StartNew();
        var first = 0.0;
        await foreach (var update in engine.Client.GetStreamingResponseAsync("hello", EngineUnderTest.Options("a", most: 8)))
        {
            if (first == 0 && update.Text.Length > 0)
                first = watch.Elapsed.TotalMilliseconds;
        }
        return first;
    }

    private static async Task<double> ByHandAsync(EngineUnderTest engine)
    {
        var http = engine.Engine.Loaded!.Http;
        var watch = Stopwatch.StartNew();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent(
                """{"stream":true,"cache_prompt":true,"id_slot":0,"max_tokens":8,"messages":[{"role":"user","content":"hello"}]}""",
                Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var first = 0.0;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (first == 0 && line.Contains("\"content\":\"", StringComparison.Ordinal))
                first = watch.Elapsed.TotalMilliseconds;
        }
        return first;
    }
}
