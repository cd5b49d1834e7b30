using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Testing.Models;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

internal sealed class ModelFolderTests
{
    private string _folder = "";
    private EngineUnderTest _engine = null!;

    [SetUp]
    public void Open()
    {
        _folder = EngineUnderTest.NewFolder();
        _engine = EngineUnderTest.Real(_folder, ("Inference:Slots", "3"), ("Inference:ContextSize", "1024"));
    }

    [TearDown]
    public async Task Close() => await _engine.DisposeAsync();

    [TestCase(8, 1024)]
    [TestCase(16, 2048)]
    [TestCase(192, 8192)]
    public void Conversations_without_a_slot_are_kept_in_an_eighth_of_the_memory_at_most(int gigabytes, int megabytes) =>
        Assert.That(LlamaCommandLine.StoreFor(gigabytes * 1024L * 1024 * 1024), Is.EqualTo(megabytes));

    [Test]
    public void How_much_memory_there_is_is_known() =>
        Assert.That(LlamaCommandLine.Surroundings("key")["LLAMA_ARG_CACHE_RAM"], Does.Match("^[1-9][0-9]+$"));

    [Test]
    public void An_empty_folder_says_what_to_do()
    {
        Assert.That(_engine.Catalog.Models, Is.Empty);
        Assert.That(_engine.Catalog.Problem, Does.Contain("Put a .gguf file into the folder").And.Not.Contain("/tmp"));
    }

    [Test]
    public void A_new_file_is_noticed_and_announced_once()
    {
        var token = _engine.Catalog.Watch();
        TestModel.Tiny(_folder);
        _engine.Models.Scan();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(token.HasChanged, Is.True);
            Assert.That(_engine.Catalog.Problem, Is.Null);
            Assert.That(_engine.Catalog.Models, Has.Count.EqualTo(1));
            Assert.That(_engine.Catalog.Models[0].Name, Is.EqualTo("tiny"));
            Assert.That(_engine.Catalog.Models[0].ContextSize, Is.EqualTo(1024));
            Assert.That(_engine.Catalog.Models[0].Slots, Is.EqualTo(3));
        }
        token = _engine.Catalog.Watch();
        _engine.Models.Scan();
        Assert.That(token.HasChanged, Is.False);
    }

    [Test]
    public void What_macOS_lays_beside_a_file_is_no_model()
    {
        TestModel.Tiny(_folder);
        File.WriteAllText(Path.Combine(_folder, "._tiny.gguf"), "attributes");
        File.WriteAllText(Path.Combine(_folder, "._mmproj-F16.gguf"), "attributes");
        _engine.Models.Scan();
        Assert.That(_engine.Catalog.Models.Select(model => model.Name), Is.EqualTo(new[] { "tiny" }));
        Assert.That(_engine.Models.Find("._tiny"), Is.Null);
    }

    [Test]
    public void Settings_beside_a_model_count_for_it()
    {
        var path = TestModel.Tiny(_folder);
        File.WriteAllText(
            Path.ChangeExtension(path, ".json"),
            """{"alias": "small", "context_size": 0, "slots": 1, "arguments": ["--top-k", "5"]}""");
        _engine.Models.Scan();
        var model = _engine.Models.Find("small")!;
        Assert.That(model.Descriptor, Has.Property("ContextSize").EqualTo(2048).And.Property("Slots").EqualTo(1));
        Assert.That(LlamaCommandLine.Arguments(model, new LlamaOptions(), 1), Does.Contain("--top-k"));
    }

    [Test]
    public void A_model_that_embeds_is_started_for_it_and_is_nobodys_first_choice()
    {
        var path = TestModel.Write(Path.Combine(_folder, "a.gguf"), new TestModelOptions { Name = "a" });
        File.WriteAllText(Path.ChangeExtension(path, ".json"), """{"embeddings": true}""");
        TestModel.Tiny(_folder);
        _engine.Models.Scan();
        var line = LlamaCommandLine.Arguments(_engine.Models.Find("a")!, new LlamaOptions(), 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_engine.Catalog.Models.Select(model => model.Name), Is.EqualTo(["tiny", "a"]));
            Assert.That(_engine.Models.Find(null)!.Name, Is.EqualTo("tiny"));
            Assert.That(string.Join(' ', line), Does.Contain("--embeddings").And.Contain("--pooling mean").And.Contain("-ub 1024"));
            Assert.That(LlamaCommandLine.Arguments(_engine.Models.Find("tiny")!, new LlamaOptions(), 1), Does.Not.Contain("--embeddings"));
        }
    }

    [Test]
    public void A_file_that_says_how_it_pools_is_a_model_that_embeds()
    {
        using (var file = new GgufWriter())
        {
            file.Add("general.architecture", "bert");
            file.Add("bert.context_length", 512u);
            file.Add("bert.pooling_type", 1u);
            file.Write(Path.Combine(_folder, "pools.gguf"));
        }

        _engine.Models.Scan();
        var model = _engine.Models.Find("pools")!;
        Assert.That(_engine.Catalog.Models.Single(each => each.Name == "pools").Embeds, Is.True);
        Assert.That(LlamaCommandLine.Arguments(model, new LlamaOptions(), 1), Does.Contain("--embeddings").And.Not.Contain("--pooling"));
    }

    [TestCase("tiny-Q4_K_M", "mmproj-tiny-F16.gguf")]
    [TestCase("tiny-Q4_K_M", "Tiny.mmproj-q8_0.gguf")]
    [TestCase("tiny", "tiny-mmproj-bf16.gguf")]
    [TestCase("tiny", "mmproj-F16.gguf")]
    [TestCase("tiny", "mmproj-model-f16.gguf")]
    public void A_projector_is_its_model_s_by_name_or_because_there_is_no_other(string name, string projector)
    {
        TestModel.Write(Path.Combine(_folder, name + ".gguf"), new TestModelOptions());
        var path = TestProjector.Write(Path.Combine(_folder, projector), new TestModelOptions());
        _engine.Models.Scan();
        var model = _engine.Models.Find(name)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(_engine.Catalog.Models.Single().SupportsImages, Is.True);
            Assert.That(string.Join(' ', LlamaCommandLine.Arguments(model, new LlamaOptions(), 1)), Does.Contain($"--mmproj {path}"));
        }
    }

    [Test]
    public void A_projector_comes_and_goes_with_its_file_and_is_nobody_else_s()
    {
        TestModel.Tiny(_folder);
        TestModel.Write(Path.Combine(_folder, "tinyother.gguf"), new TestModelOptions());
        var foreign = TestProjector.Write(Path.Combine(_folder, "mmproj-F16.gguf"), new TestModelOptions());
        _engine.Models.Scan();
        Assert.That(_engine.Catalog.Models.Select(model => model.SupportsImages), Is.All.False, "It names none of the two.");
        File.Delete(foreign);

        var own = TestProjector.Write(Path.Combine(_folder, "mmproj-tiny.gguf"), new TestModelOptions());
        var token = _engine.Catalog.Watch();
        _engine.Models.Scan();
        Assert.That(token.HasChanged, Is.True);
        Assert.That(_engine.Catalog.Models.Select(model => (model.Name, model.SupportsImages)), Is.EqualTo([("tiny", true), ("tinyother", false)]));

        File.WriteAllBytes(own, File.ReadAllBytes(own)[..^20_000]);
        _engine.Models.Scan();
        Assert.That(_engine.Catalog.Models.Select(model => model.SupportsImages), Is.All.False, "It is still being copied.");
    }

    [Test]
    public void Settings_name_a_projector_or_that_there_is_none()
    {
        var settings = Path.ChangeExtension(TestModel.Tiny(_folder), ".json");
        var path = TestProjector.Write(Path.Combine(_folder, "mmproj-of-another.gguf"), new TestModelOptions());
        File.WriteAllText(settings, """{"mmproj": "mmproj-of-another.gguf"}""");
        _engine.Models.Scan();
        Assert.That(_engine.Models.Find("tiny")!.Projector, Is.EqualTo(path));

        File.Move(path, Path.Combine(_folder, "mmproj-tiny.gguf"));
        File.WriteAllText(settings, """{"mmproj": ""}""");
        _engine.Models.Scan();
        Assert.That((_engine.Models.Find("tiny")!.Projector, _engine.Catalog.Problem), Is.EqualTo(((string?)null, (string?)null)));
    }

    [TestCase("""{"mmproj": "../mmproj-tiny.gguf"}""", "mmproj")]
    [TestCase("""{"mmproj": "mmproj-tiny.bin"}""", "mmproj")]
    [TestCase("""{"mmproj": "mmproj-tiny.gguf"}""", "mmproj-tiny.gguf is not there")]
    [TestCase("""{"mmproj": "tiny.gguf"}""", "tiny.gguf does not read images")]
    [TestCase("""{"arguments": ["--mmproj", "/etc/passwd"]}""", "--mmproj")]
    [TestCase("""{"arguments": ["--host", "0.0.0.0"]}""", "--host")]
    [TestCase("""{"arguments": ["--api-key-file", "/etc/passwd"]}""", "--api-key-file")]
    [TestCase("""{"arguments": ["--top-k"]}""", "lacks a value")]
    [TestCase("""{"slots": 0}""", "slots")]
    [TestCase("""{"slots": "many"}""", "$.slots")]
    [TestCase("{", "not valid")]
    public void Settings_that_are_wrong_are_named(string settings, string named)
    {
        var path = TestModel.Tiny(_folder);
        File.WriteAllText(Path.ChangeExtension(path, ".json"), settings);
        _engine.Models.Scan();
        Assert.That(_engine.Catalog.Models, Is.Empty);
        Assert.That(_engine.Catalog.Problem, Does.Contain("tiny").And.Contain(named));
    }

    [Test]
    public void Half_a_file_is_no_model_until_the_rest_is_there()
    {
        var whole = File.ReadAllBytes(TestModel.Tiny(Path.Combine(_folder, "elsewhere")));
        var path = Path.Combine(_folder, "copied.gguf");
        foreach (var part in new[] { 3, 100, 10_000, whole.Length / 2 })
        {
            File.WriteAllBytes(path, whole[..part]);
            _engine.Models.Scan();
            Assert.That(_engine.Catalog.Models, Is.Empty, $"with {part} bytes");
        }
        File.WriteAllBytes(path, whole);
        _engine.Models.Scan();
        Assert.That(_engine.Catalog.Models, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_goes_while_it_is_looked_at_breaks_nothing()
    {
        TestModel.Tiny(_folder);
        var fleeting = Path.Combine(_folder, "fleeting.gguf");
        using var enough = new CancellationTokenSource();
        var coming = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                File.WriteAllText(fleeting, "");
                File.Delete(fleeting);
            }
        });
        for (var i = 0; i < 3000; i++)
            _engine.Models.Scan();
        await enough.CancelAsync();
        await coming;
        Assert.That(_engine.Catalog.Models.Select(model => model.Name), Is.EqualTo(["tiny"]));
    }

    [Test]
    public void Random_bytes_are_no_model_and_no_trouble()
    {
        var whole = File.ReadAllBytes(TestModel.Tiny(Path.Combine(_folder, "elsewhere")));
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var i = 0; i < 20; i++)
                bytes[random.Next(4000)] = (byte)random.Next(256);
            File.WriteAllBytes(Path.Combine(_folder, "broken.gguf"), bytes);
            Assert.That(() => ModelFile.Read(Path.Combine(_folder, "broken.gguf"), bytes.Length, new LlamaOptions()), Throws.Nothing);
        }
    }

    [Test]
    public void A_model_in_parts_is_one_model_and_a_projector_is_none()
    {
        var bytes = File.ReadAllBytes(TestModel.Tiny(Path.Combine(_folder, "elsewhere")));
        foreach (var name in new[] { "big-00001-of-00002.gguf", "big-00002-of-00002.gguf", "mmproj-big.gguf" })
            File.WriteAllBytes(Path.Combine(_folder, name), bytes);
        _engine.Models.Scan();
        Assert.That(_engine.Catalog.Models, Has.Count.EqualTo(1));
        Assert.That(_engine.Catalog.Models[0].SizeBytes, Is.EqualTo(2 * bytes.Length));
    }
}
