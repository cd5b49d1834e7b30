using System.Net;
using System.Net.Http.Json;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;
using MeatLizard.Testing;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>What <c>./worker enrol</c> does when the key cannot be kept here.</summary>
[TestFixture]
internal sealed class EnrolCommandTests
{
    private static readonly string Root = new('a', 64);

    [Test]
    public async Task A_key_that_cannot_be_kept_is_asked_for_once_more_with_the_same_claim()
    {
        using var folder = new TestFolder();
        using var server = new Server();
        using var http = new HttpClient(server);
        using var output = new StringWriter();
        var roots = new Locked();
        Task<int> Enrol() => new EnrolCommand(http, roots, folder.File("worker"), output).Run("https://chat.example.org/#CODE", CancellationToken.None);

        Assert.That(await Enrol(), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("The keychain is locked."));
        Assert.That(File.Exists(folder.File("worker/worker.json")), Is.False);
        roots.IsOpen = true;
        Assert.That(await Enrol(), Is.Zero, output.ToString());
        Assert.That(roots.Kept, Is.EqualTo(Root));
        Assert.That(server.Claims, Has.Count.EqualTo(2).And.All.EqualTo(server.Claims[0]));
    }

    [TestCase("anna-mac\ndelete-keychain login.keychain-db", null)]
    [TestCase("../../anna", null)]
    [TestCase("", null)]
    [TestCase("anna-mac", "aaaa -A aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task What_a_server_says_is_taken_for_a_worker_only_where_it_can_be_one(string worker, string? root)
    {
        using var folder = new TestFolder();
        using var server = new Server { Worker = worker, Key = root ?? Root };
        using var http = new HttpClient(server);
        using var output = new StringWriter();
        var roots = new Locked { IsOpen = true };
        Assert.That(
            await new EnrolCommand(http, roots, folder.File("worker"), output).Run("https://chat.example.org/#CODE", CancellationToken.None), Is.EqualTo(1));
        Assert.That(output.ToString(), Does.Contain("is no MeatLizard server"));
        Assert.That(roots.Kept, Is.Null);
    }

    private sealed class Server : HttpMessageHandler
    {
        public string Worker { get; init; } = "anna-mac";

        public string Key { get; init; } = Root;

        public List<string> Claims { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Claims.Add((await request.Content!.ReadFromJsonAsync<Dictionary<string, string>>(cancellationToken))!["claim"]);
            return new(HttpStatusCode.OK) { Content = JsonContent.Create(new { worker_id = Worker, root = Key }) };
        }
    }

    private sealed class Locked : IRootStore
    {
        public bool IsOpen { get; set; }

        public string? Kept { get; private set; }

        public Task Save(string worker, string root, CancellationToken cancellationToken)
        {
            Kept = IsOpen ? root : throw new InvalidOperationException("The keychain is locked.");
            return Task.CompletedTask;
        }

        public Task Remove(string worker, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<string?> Find(string worker, CancellationToken cancellationToken) => Task.FromResult(Kept);
    }
}
