using System.Text.Json;
using MeatLizard.Application.Relay;
using MeatLizard.DiscordStandIn;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.Domain.Relay;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Infrastructure.Discord;
using MeatLizard.Infrastructure.Discord.Relay;
using MeatLizard.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Relay;

/// <summary>What every carrier does, whatever it travels on: in process, over the link, through Discord.</summary>
[TestFixture(InProcess)]
[TestFixture("link")]
[TestFixture("discord")]
[Parallelizable(ParallelScope.Self)]
internal sealed class CarrierContractTests(string carrier)
{
    private const string InProcess = "in_process";

    private TestFolder _folder = null!;
    private StandIn? _discord;
    private ApiHost _host = null!;
    private ApiClient _owner = null!;
    private Func<ValueTask> _leave = () => ValueTask.CompletedTask;
    private ScriptedEngine _engine = null!;

    [SetUp]
    public async Task Start()
    {
        _folder = new();
        _discord = carrier == "discord" ? await StandIn.Start(new StandInOptions()) : null;
        _host = await ApiHost.Start(
            carrier == InProcess ? [.. ApiHost.WithOwner] : [ApiHost.NoWorker, .. ApiHost.WithOwner],
            services =>
            {
                if (_discord is not null)
                {
                    services
                        .AddDiscord(new DiscordOptions(DefaultWorld.ServerBotToken, _folder.File("server.json")) { Api = _discord.ApiAddress, Cdn = [] })
                        .AddDiscordRelay(new DiscordRelayOptions(new(DefaultWorld.RelayGuild)));
                }
            });
        _owner = await _host.Owner();
        await Join();
        await Eventually.Is(() => _host.Services.GetRequiredService<IWorkerRegistry>().FindModel(null) is not null);
    }

    [TearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _leave();
        await _host.DisposeAsync();
        if (_discord is not null)
        {
            await _discord.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Test]
    public void It_reaches_its_worker_and_no_other()
    {
        var way = _host.Services.GetServices<IRelayCarrier>().Single(one => one.Name == carrier);
        var worker = _host.Services.GetRequiredService<IWorkerRegistry>().List().Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(worker.Carrier, Is.EqualTo(carrier));
            Assert.That(way.Reaches(worker.Id), Is.True);
            Assert.That(way.Reaches(new WorkerId("stranger")), Is.False);
            Assert.That(
                async () => await way.Send(new WorkerId("stranger"), new Cancel(new(Guid.CreateVersion7()), 1), CancellationToken.None),
                Throws.TypeOf<CarrierException>());
        }
    }

    [Test]
    public async Task A_long_question_and_its_answer_arrive_as_they_were_said()
    {
        var random = new Random(3);
        var said = string.Join(' ', Enumerable.Range(0, 6000).Select(_ => random.Next(4) switch
        {
            0 => "Eidechse",
            1 => "ящерица",
            2 => "🦎",
            _ => random.Next(1 << 20).ToString("x", null),
        }));
        var answer = await _owner.Say(await _owner.OpenSession(), said);
        Assert.That(answer.Json.GetProperty("reply").GetProperty("text").GetString(), Is.EqualTo(said));
    }

    [Test]
    public async Task Answers_at_the_same_time_do_not_mix()
    {
        var said = Enumerable.Range(0, 8).Select(i => string.Join(' ', Enumerable.Repeat($"voice{i}", 300))).ToArray();
        var answers = await Task.WhenAll(said.Select(async text => await _owner.Say(await _owner.OpenSession(), text)));
        Assert.That(answers.Select(answer => answer.Json.GetProperty("reply").GetProperty("text").GetString()), Is.EqualTo(said));
    }

    [Test]
    public async Task A_stop_reaches_the_worker_and_what_was_said_is_kept()
    {
        var session = await _owner.OpenSession();
        var turn = await _owner.Post($"/api/v1/sessions/{session}/messages", new { content = "hold this thought" });
        var request = turn.Json.GetProperty("request").GetProperty("id").GetString()!;
        await Eventually.Is(async () =>
            (await _owner.Get($"/api/v1/requests/{request}")).Json.TryGetProperty("first_token_at", out var at) && at.ValueKind == JsonValueKind.String);
        var stopped = await _owner.Post($"/api/v1/requests/{request}/cancel");
        Assert.That(stopped.Status, Is.LessThan(300), stopped.Text);
        await Eventually.Is(() => _engine.Running == 0);
        var events = await _owner.Events($"/api/v1/requests/{request}/events");
        Assert.That(events[^1].Event, Is.EqualTo("cancelled"));
        Assert.That(string.Concat(events.Where(one => one.Event == "delta").Select(one => one.Data.GetProperty("text").GetString())), Is.EqualTo("hold"));
    }

    [Test]
    public async Task Reasoning_travels_apart_from_the_text()
    {
        var answer = await _owner.Say(await _owner.OpenSession(), "think about lizards");
        var reply = answer.Json.GetProperty("reply");
        Assert.That(reply.GetProperty("text").GetString(), Is.EqualTo("think about lizards"));
        Assert.That(reply.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("type").GetString()), Is.EqualTo(["reasoning", "text"]));
    }

    private async Task Join()
    {
        const string name = "anna-mac";
        if (carrier == InProcess)
        {
            _engine = _host.Engine;
            return;
        }

        var invited = await _owner.Post("/api/v1/admin/workers", new { name });
        using var nobody = _host.Nobody();
        var enrolled = await nobody.Post("/api/v1/enrol", new { code = invited.Json.GetProperty("code").GetString() });
        var root = Convert.FromHexString(enrolled.Json.GetProperty("root").GetString()!);
        if (_discord is null)
        {
            var linked = await LinkedWorker.Start(_host.Address, name, root);
            (_leave, _engine) = (linked.DisposeAsync, linked.Engine);
            return;
        }

        var set = await _owner.Put($"/api/v1/admin/workers/{name}/bot", new { bot_id = $"{DefaultWorld.ClientBot}" });
        Assert.That(set.Status, Is.EqualTo(204), set.Text);
        _engine = new();
        _leave = (await DiscordWorker.Start(_discord, _folder, name, root, _engine)).DisposeAsync;
    }
}
