using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Conversations;

/// <summary>What the README promises: ./run, then sign in, make a key, open a session, say something and see the answer.</summary>
[TestFixture]
internal sealed class FirstTenMinutesTests
{
    [Test]
    public async Task Run_serves_an_answer_ends_on_Ctrl_C_and_has_the_history_when_it_starts_again()
    {
        using var folder = new TestFolder();
        var model = TestModel.Tiny(folder.File("models"));
        string session, key, streamed;
        await using (var product = await ProductProcess.Run(folder.File("data"), "--model", model, $"--Inference:LlamaServer={TestLlama.Binary}"))
        {
            key = await product.SignUp();
            session = await OpenSession(product);
            streamed = await StreamAnswer(product, session, "Hello!");
            Assert.That(streamed, Is.Not.Empty);
            Assert.That(ProductProcess.CountLlamaServers(folder), Is.EqualTo(1));

            Assert.That(await product.PressCtrlC(), Is.LessThan(TimeSpan.FromSeconds(5)));
            Assert.That(ProductProcess.CountLlamaServers(folder), Is.Zero);
        }

        await using var again = await ProductProcess.Run(folder.File("data"), "--model", model, $"--Inference:LlamaServer={TestLlama.Binary}");
        again.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var messages = await again.Http.GetFromJsonAsync<JsonElement>($"api/v1/sessions/{session}/messages");
        Assert.That(messages.GetProperty("items")[1].GetProperty("text").GetString(), Is.EqualTo(streamed));

        await StreamAnswer(again, session, "Are you still there?");
        await again.Sigkill();
        await Eventually.Is(() => ProductProcess.CountLlamaServers(folder) == 0, within: TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Ctrl_C_in_the_middle_of_an_answer_ends_all_and_keeps_what_was_said()
    {
        using var folder = new TestFolder();
        var model = TestModel.Write(folder.File("models/endless.gguf"), new TestModelOptions { Name = "endless", EndRate = 1e-9, ContextSize = 65536 });
        string[] arguments = [$"--Inference:Models={model}", $"--Inference:LlamaServer={TestLlama.Binary}"];
        string session, key;
        var read = string.Empty;
        await using (var product = await ProductProcess.StartBuilt(folder.File("data"), arguments))
        {
            key = await product.SignUp();
            session = await OpenSession(product);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/sessions/{session}/messages") { Content = JsonContent.Create(new { content = "Go on." }) };
            request.Headers.Add("Accept", "text/event-stream");
            using var response = await product.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var stream = await response.Content.ReadAsStreamAsync();
            await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            {
                read += Text(item);
                if (read.Length > 100)
                {
                    break;
                }
            }

            Assert.That(ProductProcess.CountLlamaServers(folder), Is.EqualTo(1));
            Assert.That(await product.PressCtrlC(), Is.LessThan(TimeSpan.FromSeconds(5)));
            Assert.That(ProductProcess.CountLlamaServers(folder), Is.Zero);
        }

        await using var again = await ProductProcess.StartBuilt(folder.File("data"), arguments);
        again.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        JsonElement[] messages = [];
        await Eventually.Is(async () =>
        {
            var page = await again.Http.GetFromJsonAsync<JsonElement>($"api/v1/sessions/{session}/messages");
            messages = [.. page.GetProperty("items").EnumerateArray()];
            return messages.Length > 1;
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(messages.Select(message => message.GetProperty("role").GetString()), Is.EqualTo(["user", "assistant"]));
            Assert.That(messages[1].GetProperty("status").GetString(), Is.EqualTo("failed"), messages[1].ToString());
            Assert.That(messages[1].GetProperty("text").GetString(), Does.StartWith(read));
            Assert.That(messages[1].GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("worker_stopping"));
        }
    }

    [Test]
    public async Task Without_a_model_the_answer_is_a_notice_that_says_how_to_get_one()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("models"));
        await using var product = await ProductProcess.StartBuilt(
            folder.File("data"),
            $"--Inference:Models={folder.File("models")}",
            $"--Inference:LlamaServer={TestLlama.Binary}");
        await product.SignUp();
        var session = await OpenSession(product);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/sessions/{session}/messages") { Content = JsonContent.Create(new { content = "Hi" }) };
        request.Headers.Add("Prefer", "wait=20");
        using var answer = await product.Http.SendAsync(request);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        Assert.That(body.GetProperty("reply").GetProperty("status").GetString(), Is.EqualTo("failed"));
        Assert.That(body.GetProperty("reply").GetProperty("error").GetProperty("code").GetString(), Is.EqualTo("no_model"));
        Assert.That(body.GetProperty("reply").GetProperty("error").GetProperty("message").GetString(), Does.Contain(".gguf"));
    }

    private static async Task<string> OpenSession(ProductProcess product)
    {
        using var opened = await product.Http.PostAsJsonAsync("api/v1/sessions", new { title = "First" });
        Assert.That(opened.StatusCode, Is.EqualTo(HttpStatusCode.Created), await opened.Content.ReadAsStringAsync());
        return (await opened.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task<string> StreamAnswer(ProductProcess product, string session, string text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/sessions/{session}/messages") { Content = JsonContent.Create(new { content = text }) };
        request.Headers.Add("Accept", "text/event-stream");
        using var response = await product.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That(response.IsSuccessStatusCode, await (response.IsSuccessStatusCode ? Task.FromResult(string.Empty) : response.Content.ReadAsStringAsync()));
        var answer = string.Empty;
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            answer += Text(item);
            Assert.That(item.EventType, Is.Not.EqualTo("failed"), item.Data);
        }

        return answer;
    }

    /// <summary>Nothing when it is another event.</summary>
    private static string? Text(SseItem<string> item)
    {
        using var data = JsonDocument.Parse(item.Data);
        return item.EventType == "delta" && data.RootElement.GetProperty("kind").GetString() == "text" ? data.RootElement.GetProperty("text").GetString() : null;
    }
}
