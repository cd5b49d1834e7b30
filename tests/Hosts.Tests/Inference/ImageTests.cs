using System.Text;
using MeatLizard.Application.Inference;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Inference;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>Calls under /v1 that bring images: what is taken, what is refused, who is asked, and that nothing is kept.</summary>
[TestFixture]
internal sealed class ImageTests
{
    private const string Path = "/v1/chat/completions";
    private const int Mebi = 1024 * 1024;

    private static readonly byte[] Red = TestImage.Png(255, 0, 0);

    private TestFolder _folder = null!;
    private KeptLogs _logs = null!;
    private ScriptedEngine _engine = null!;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _logs = new();
        _engine = Engine(Model("echo"), Model("eye") with { SupportsImages = true });
        _host = await ApiHost.Start([.. ApiHost.WithOwner], services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IChatClient>(_engine));
            services.Replace(ServiceDescriptor.Singleton<IEngineCatalog>(_engine));
            services.AddLogging(logging => logging.AddFilter<KeptLogs>(null, LogLevel.Trace).AddProvider(_logs));
        });
        _owner = await _host.Owner();
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
        _engine.Dispose();
        _logs.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task The_model_is_shown_it_where_it_stands_among_the_texts()
    {
        var answer = await _owner.Post(Path, new
        {
            model = "eye",
            messages = (object[])
            [
                new { role = "system", content = "Be brief." },
                User(Text("This"), Text("is"), Image(TestImage.Url(Red), "low"), Text("what?"), Image(Url("image/gif", TestImage.Header("gif", 16, 16)), null)),
            ],
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        AssertShown(_engine.Heard[1].Contents, "This\nis", Red, "what?", (byte[])[.. TestImage.Header("gif", 16, 16), .. Filling(40)]);
        Assert.That(_engine.Heard[1].Contents.OfType<DataContent>().Select(image => image.MediaType), Is.EqualTo(["image/png", "image/gif"]));
    }

    [Test]
    public async Task Responses_take_it_as_well()
    {
        var answer = await _owner.Post("/v1/responses", new
        {
            model = "eye",
            input = (object[])[new { role = "user", content = (object[])[new { type = "input_image", image_url = TestImage.Url(Red), detail = "auto" }, new { type = "input_text", text = "What?" }] }],
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        AssertShown(_engine.Heard[0].Contents, Red, "What?");
    }

    [TestCase("data:image/webp;base64,", "VP8", "image/webp")]
    [TestCase("data:image/jpg;base64,", "jpeg", "image/jpeg")]
    [TestCase("DATA:IMAGE/JPEG;charset=x;BASE64,", "jpeg", "image/jpeg")]
    public async Task Types_and_their_spellings(string head, string kind, string type)
    {
        byte[] image = [.. TestImage.Header(kind, 16, 16), .. Filling(40)];
        var answer = await Ask("eye", head + Convert.ToBase64String(image, Base64FormattingOptions.InsertLineBreaks));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var shown = _engine.Heard[0].Contents.OfType<DataContent>().Single();
        Assert.That((shown.MediaType, shown.Data.ToArray()), Is.EqualTo((type, image)));
    }

    [TestCase("png", "image/png", 65_535)]
    [TestCase("jpeg", "image/jpeg", 65_535)]
    [TestCase("gif", "image/gif", 65_535)]
    [TestCase("VP8", "image/webp", 16_383)]
    [TestCase("VP8L", "image/webp", 16_383)]
    [TestCase("VP8X", "image/webp", 65_535)]
    public async Task A_few_bytes_that_stand_for_gigabytes_are_refused(string kind, string type, int side)
    {
        string Of(int width, int height) => Url(type, TestImage.Header(kind, width, height));
        using (Assert.EnterMultipleScope())
        {
            AssertRefused(await Ask("eye", Of(side, side)), "image_too_large", "messages[0].content[0].image_url");
            AssertRefused(await Ask("eye", Of(5000, 6000), Of(5000, 4001)), "image_too_large", "messages[0].content[1].image_url");
            Assert.That(_engine.Asked, Is.Zero);
        }

        Assert.That((await Ask("eye", Of(5000, 6000), Of(5000, 4000))).Status, Is.EqualTo(200));
    }

    [TestCase("https://example.org/lizard.png", "unsupported_value")]
    [TestCase("HTTP://169.254.169.254/latest/meta-data", "unsupported_value")]
    [TestCase("file:///etc/passwd", "invalid_image_url")]
    [TestCase("data:", "invalid_image_url")]
    [TestCase("data:image/png,iVBORw0KGgo", "invalid_image_url")]
    [TestCase("iVBORw0KGgo=", "invalid_image_url")]
    [TestCase("data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=", "unsupported_image_media_type")]
    [TestCase("data:;base64,iVBORw0KGgo=", "unsupported_image_media_type")]
    [TestCase("data:image/png;base64,%%%%", "invalid_base64_image")]
    [TestCase("data:image/png;base64,iVBORw0KGgo", "invalid_base64_image")]
    [TestCase("data:image/png;base64,", "invalid_image_format")]
    [TestCase("data:image/png;base64,iVBORw0KGgo=", "invalid_image_format", Description = "All of a PNG that is there is its signature.")]
    [TestCase("data:image/png;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=", "invalid_image_format", Description = "A gif.")]
    [TestCase("data:image/gif;base64,PHN2Zz48c2NyaXB0PmFsZXJ0KDEpPC9zY3JpcHQ+PC9zdmc+", "invalid_image_format")]
    [TestCase("data:image/jpeg;base64,/9j/4AAEAQEAAAAAAAAAAAAAAAAAAA==", "invalid_image_format", Description = "It does not say how large it is.")]
    [TestCase("data:image/gif;base64,R0lGODlhAAAAAAAAAAAAAAAA", "invalid_image_format", Description = "It says that it is nothing.")]
    public async Task What_is_no_image_that_is_taken_is_named(string url, string code)
    {
        var chat = await _owner.Post(Path, new { model = "eye", messages = (object[])[new { role = "system", content = "x" }, User(Text("x"), Image(url, null))] });
        var response = await _owner.Post("/v1/responses", new
        {
            model = "eye",
            input = (object[])[new { role = "user", content = (object[])[new { type = "input_image", image_url = url }] }],
        });
        using (Assert.EnterMultipleScope())
        {
            AssertRefused(chat, code, "messages[1].content[1].image_url");
            AssertRefused(response, code, "input[0].content[0].image_url");
            Assert.That(_engine.Asked, Is.Zero);
        }
    }

    [TestCase("""{"type":"image_url"}""", "invalid_value", "image_url")]
    [TestCase("""{"type":"image_url","image_url":"data:"}""", "invalid_value", "image_url")]
    [TestCase("""{"type":"image_url","image_url":{}}""", "invalid_value", "image_url.url")]
    [TestCase("""{"type":"image_url","image_url":{"url":"data:","detail":"fine"}}""", "unsupported_value", "image_url.detail")]
    [TestCase("""{"type":"image_url","image_url":{"url":"data:","size":1}}""", "unknown_parameter", "image_url.size")]
    [TestCase("""{"type":"image_url","image_url":{"url":"data:"},"text":"x"}""", "unknown_parameter", "text")]
    public async Task What_is_wrong_around_it_is_named(string part, string code, string param) => AssertRefused(
        await _owner.PostRaw(Path, $$"""{"model":"eye","messages":[{"role":"user","content":[{{part}}]}]}"""), code, $"messages[0].content[0].{param}");

    [Test]
    public async Task How_large_and_how_many_they_may_be()
    {
        var (four, two) = (Png(4 * Mebi), Png(2 * Mebi));
        var most = await Ask("eye", TestImage.Url(four), TestImage.Url(two));
        Assert.That(most.Status, Is.EqualTo(200), most.Text[..Math.Min(500, most.Text.Length)]);
        AssertShown(_engine.Heard[0].Contents, four, two);

        using (Assert.EnterMultipleScope())
        {
            AssertRefused(await Ask("eye", TestImage.Url(Png((4 * Mebi) + 1))), "image_too_large", "messages[0].content[0].image_url");
            AssertRefused(await Ask("eye", TestImage.Url(four), TestImage.Url(two), TestImage.Url(Red)), "image_too_large", "messages[0].content[2].image_url");
            AssertRefused(await Ask("eye", [.. Enumerable.Repeat(TestImage.Url(Red), 11)]), "too_many_images", "messages[0].content[10].image_url");
            Assert.That((await Ask("eye", [.. Enumerable.Repeat(TestImage.Url(Red), 10)])).Status, Is.EqualTo(200));
            var body = await _owner.Post(Path, new { model = "eye", messages = (object[])[User(Text("x"), Image("data:image/png;base64," + new string('A', 11 * Mebi), null))] });
            Assert.That((body.Status, body.Code), Is.EqualTo((413, "body_too_large")));
            var text = await _owner.Post("/v1/responses", new { model = "eye", input = new string('x', Mebi), instructions = "x" });
            Assert.That((text.Status, text.Code), Is.EqualTo((413, "body_too_large")), "Other things may not be larger because images may.");
        }
    }

    [Test]
    public async Task A_model_that_takes_none_says_so_and_the_lists_say_which_do()
    {
        AssertRefused(await Ask("ECHO", TestImage.Url(Red)), "model_without_images", "model");
        AssertRefused(
            await _owner.Post("/v1/responses", new { model = "echo", input = (object[])[new { role = "user", content = (object[])[new { type = "input_image", image_url = TestImage.Url(Red) }] }] }),
            "model_without_images", "model");
        Assert.That(_engine.Asked, Is.Zero);

        foreach (var (list, items) in ((string, string)[])[("/v1/models", "data"), ("/api/v1/models", "items")])
        {
            var models = (await _owner.Get(list)).Json.GetProperty(items).EnumerateArray()
                .Select(model => $"{model.GetProperty("id")}: {string.Join(' ', model.GetProperty("input_modalities").EnumerateArray())}");
            Assert.That(models, Is.EqualTo(["echo: text", "eye: text image"]), list);
        }
    }

    [Test]
    public async Task Of_the_workers_with_a_model_those_are_asked_that_can_show_it_images()
    {
        var seeing = Engine(Model("echo") with { SupportsImages = true });
        await using var worker = await Join(seeing, journal: null);
        for (var i = 0; i < 5; i++)
        {
            var answer = await Ask("echo", TestImage.Url(Png(Mebi)));
            Assert.That((answer.Status, answer.Header("X-MeatLizard-Origin")), Is.EqualTo((200, "worker:zoe-mac")), answer.Text);
        }

        Assert.That((_engine.Asked, seeing.Asked), Is.EqualTo((0, 5)));
        AssertShown(seeing.Heard[0].Contents, Png(Mebi));
    }

    [Test]
    public async Task Nothing_of_it_is_kept_or_logged_on_either_end()
    {
        var seeing = Engine(Model("far") with { SupportsImages = true });
        await using var worker = await Join(seeing, journal: _folder.File("journal"));
        var image = Png(3000);
        Assert.That((await Ask("eye", TestImage.Url(image))).Status, Is.EqualTo(200));
        Assert.That((await Ask("far", TestImage.Url(image))).Status, Is.EqualTo(200));
        Assert.That((await Ask("eye", TestImage.Url(image)[..^3])).Status, Is.EqualTo(400));

        var rows = await _host.CountRows("usage_entry", "chat_session", "message", "relay_request", "reply_event", "outbox");
        Assert.That(rows.Where(table => table.Value > 0), Is.EqualTo([KeyValuePair.Create("usage_entry", 2)]));
        var canaries = (byte[][])[image[100..160], Encoding.ASCII.GetBytes(Convert.ToBase64String(image)[100..160])];
        foreach (var folder in (string[])[_host.Services.GetRequiredService<IConfiguration>()["DataFolder"]!, _folder.File("journal")])
        {
            // The lock is empty, and nobody else may open it.
            var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToArray();
            Assert.That(files, Is.Not.Empty, folder);
            foreach (var file in files)
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes);
                Assert.That(canaries.Any(canary => bytes.ToArray().AsSpan().IndexOf(canary) >= 0), Is.False, file);
            }
        }

        Assert.That(_logs.Text, Is.Not.Empty);
        Assert.That(_logs.Text.Contains(Encoding.ASCII.GetString(canaries[1]), StringComparison.Ordinal), Is.False);
    }

    private static ScriptedEngine Engine(params ModelDescriptor[] models) => new() { Models = models };

    private static ModelDescriptor Model(string name) => new() { Name = name, ContextSize = 100_000, Slots = 8, SizeBytes = 1 };

    private static object User(params object[] content) => new { role = "user", content };

    private static object Text(string text) => new { type = "text", text };

    private static object Image(string url, string? detail) => new { type = "image_url", image_url = new { url, detail } };

    private static string Url(string type, ReadOnlySpan<byte> begin) => $"data:{type};base64,{Convert.ToBase64String([.. begin, .. Filling(40)])}";

    /// <summary>That many bytes that begin as a PNG does; nobody here looks any further.</summary>
    private static byte[] Png(int size) => [.. Red[..33], .. Filling(size - 33)];

    private static byte[] Filling(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    private static void AssertShown(IList<AIContent> contents, params object[] expected) => Assert.That(
        contents.Select(object (content) => content is DataContent image ? Convert.ToHexString(image.Data.Span) : ((TextContent)content).Text),
        Is.EqualTo(expected.Select(part => part is byte[] bytes ? Convert.ToHexString(bytes) : part)));

    private static void AssertRefused(Answer answer, string code, string param) => Assert.That(
        (answer.Status, answer.Code, answer.Json.GetProperty("error").GetProperty("param").GetString()), Is.EqualTo((400, code, param)), answer.Text);

    private Task<Answer> Ask(string model, params string[] urls) =>
        _owner.Post(Path, new { model, messages = (object[])[User([.. urls.Select(url => Image(url, null))])] });

    private async Task<LinkedWorker> Join(ScriptedEngine engine, string? journal)
    {
        // After the worker in the process, which is called local: among equals the names decide.
        const string name = "zoe-mac";
        var invited = await _owner.Post("/api/v1/admin/workers", new { name });
        using var nobody = _host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = invited.Json.GetProperty("code").GetString() });
        var worker = await LinkedWorker.Start(
            _host.Address, name, Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!), journal: journal, engine: engine);
        await Eventually.Is(() => _host.Services.GetRequiredService<IWorkerRegistry>().List().Any(known => known.Id.Value == name));
        return worker;
    }
}
