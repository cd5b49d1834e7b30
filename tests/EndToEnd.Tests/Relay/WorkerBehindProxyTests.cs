using MeatLizard.EndToEnd.Tests.Durability;
using MeatLizard.EndToEnd.Tests.Hosting;
using MeatLizard.Testing;
using MeatLizard.Testing.Models;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>A worker that gets out only through a proxy which wants a name and a password.</summary>
[TestFixture]
internal sealed class WorkerBehindProxyTests
{
    [Test]
    public async Task It_enrols_and_works_through_it()
    {
        using var folder = new TestFolder();
        await using var proxy = new HttpProxy("anna", "p@ss word");
        await using var server = await ProductProcess.StartBuilt(folder.File("data"), "--Relay:LocalWorker=false");
        using var client = new ApiClient(server.Address, await server.SignUp());
        var code = await server.Invite("anna-mac");

        var through = $"--Server:Proxy={proxy.Address.AbsoluteUri}";
        await WorkerProcess.Enrol(server.Address, code, folder.File("worker"), through);
        Assert.That(proxy.Asked, Has.Count.EqualTo(1));
        FakeModel.Write(folder.File("models"), "scripted", new FakeRun { Tokens = [" through", " the", " wall"] });
        await using var worker = WorkerProcess.Start(folder.File("worker"), folder, through);
        await Eventually.Is(async () => (await worker.Status()).Contains("state    connected", StringComparison.Ordinal));
        var (_, request) = await client.Say(await client.OpenSession(), "Where are you?", Guid.NewGuid().ToString());
        var reading = new Reading(request);
        Assert.That(await reading.Continue(client, new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token), Is.True);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((reading.End, string.Concat(reading.Parts)), Is.EqualTo(("completed", " through the wall")));
            Assert.That(proxy.Asked.Skip(1), Is.Not.Empty.And.All.StartsWith("CONNECT "));
            Assert.That(worker.Output, Does.Not.Contain("p@ss").And.Not.Contain("p%40ss"));
        }
    }
}
