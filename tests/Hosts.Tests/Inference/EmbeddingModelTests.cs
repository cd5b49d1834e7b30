using MeatLizard.Application.Inference;
using MeatLizard.Domain.Inference;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>A model that makes embeddings is told from those that chat before anybody is asked.</summary>
[TestFixture]
internal sealed class EmbeddingModelTests
{
    private ScriptedEngine _engine = null!;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        // Its order is the worker's own: what is taken for a conversation must not depend on it.
        _engine = new() { Models = [Model("vectors") with { Embeds = true }, Model("words")] };
        _host = await ApiHost.Start([.. ApiHost.WithOwner], services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IChatClient>(_engine));
            services.Replace(ServiceDescriptor.Singleton<IEngineCatalog>(_engine));
        });
        _owner = await _host.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
        _engine.Dispose();
    }

    [TestCase("/v1/models", "data")]
    [TestCase("/api/v1/models", "items")]
    public async Task The_lists_say_what_comes_out_of_each(string list, string items)
    {
        var models = (await _owner.Get(list)).Json.GetProperty(items).EnumerateArray()
            .Select(model => $"{model.GetProperty("id")}: {string.Join(' ', model.GetProperty("output_modalities").EnumerateArray())}");
        Assert.That(models, Is.EqualTo(["vectors: embeddings", "words: text"]));
    }

    [Test]
    public async Task It_is_refused_a_question_without_being_loaded()
    {
        object[] messages = [new { role = "user", content = "Is it warm?" }];
        var chat = await _owner.Post("/v1/chat/completions", new { model = "VECTORS", messages });
        var response = await _owner.Post("/v1/responses", new { model = "vectors", input = "Is it warm?", store = false });
        using (Assert.EnterMultipleScope())
        {
            foreach (var answer in (Answer[])[chat, response])
            {
                Assert.That(
                    (answer.Status, answer.Code, answer.Json.GetProperty("error").GetProperty("param").GetString()),
                    Is.EqualTo((400, "chat_unsupported", "model")), answer.Text);
            }

            Assert.That(_engine.Asked, Is.Zero);
        }
    }

    [Test]
    public async Task Whoever_names_no_model_gets_one_that_chats()
    {
        var answer = await _owner.Post(
            "/v1/chat/completions", new { model = "default", messages = (object[])[new { role = "user", content = "Is it warm?" }] });
        Assert.That((answer.Status, answer.Json.GetProperty("model").GetString()), Is.EqualTo((200, "words")), answer.Text);
    }

    private static ModelDescriptor Model(string name) => new() { Name = name, ContextSize = 100_000, Slots = 8, SizeBytes = 1 };
}
