using MeatLizard.Application.Operations;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Presentation.DiscordServer;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;
using MeatLizard.Testing.Redis;
using MeatLizard.Testing.Relay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MeatLizard.EndToEnd.Tests.Hosting;

/// <summary>The server bot as a second watchdog over the API host's database.</summary>
[TestFixture]
internal sealed class ServerBotTests
{
    [Test]
    public async Task A_turn_that_its_own_host_left_open_is_ended_by_the_server_bot()
    {
        using var folder = new TestFolder();
        FakeModel.Write(folder.File("models"), "scripted", new FakeRun { Endless = true, TokenMs = 20 });
        var settings = new Dictionary<string, string?>
        {
            ["Inference:LlamaServer"] = TestLlama.StandIn(folder),
            ["Relay:CompleteWithin"] = "00:00:03",
        };
        RequestId request;
        await using (var host = await (await RelayHost.Start(folder, settings, WithoutWatchdog)).WithModel())
        {
            request = (await host.Say(await host.OpenSession(), "Go on for ever.")).Request.Id;
            await Eventually.Is(async () => (await host.Send(new GetRequest(request))).Value.Status == RequestStatus.Streaming);

            using var bot = ServerBot.Build([$"--DataFolder={folder.Path}"]);
            await bot.StartAsync();
            await Eventually.Is(async () => (await host.Send(new GetRequest(request))).Value.Status == RequestStatus.TimedOut);
            await bot.StopAsync();
            Assert.That((await host.ReadToEnd(request))[^1].IsEnd);
        }
    }

    [Test]
    public async Task It_can_be_made_with_a_Redis_and_does_not_start_with_one_that_cannot_be_meant()
    {
        using var folder = new TestFolder();
        await using var redis = await TestRedis.Start();
        using (var bot = ServerBot.Build([$"--DataFolder={folder.Path}", $"--Redis:ConnectionString={redis.ConnectionString}"]))
        {
            await bot.Services.GetRequiredService<IDatabaseMigrator>().Migrate(CancellationToken.None);
            await bot.StartAsync();
            Assert.That(bot.Services.GetRequiredService<IAccelerator>().AwaySince, Is.Null);
            await bot.StopAsync();
        }

        using var wrong = ServerBot.Build([$"--DataFolder={folder.Path}", "--Redis:ConnectionString=redis://:hunter2@localhost"]);
        Assert.That(
            async () => await wrong.StartAsync(),
            Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith("Redis:ConnectionString").And.Message.Not.Contain("hunter2"));
    }

    private static void WithoutWatchdog(IServiceCollection services)
    {
        var watchdog = services.Single(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Name == "RelayWatchdog");
        services.Remove(watchdog);
    }
}
