using MeatLizard.Application.Relay.Workers;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Presentation.DiscordClient.Relay.Enrolment;
using MeatLizard.Testing;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.EndToEnd.Tests.Relay;

/// <summary>What a worker makes of its key in its configuration: it takes it over once, and never loses a root that the server may know.</summary>
[TestFixture]
[Platform("Linux")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ConfiguredEnrolmentTests : IDisposable
{
    private const string Name = "anna-mac";
    private const string Address = "https://chat.example.org";

    private static readonly string Key = new('1', 64);
    private static readonly string OtherKey = new('2', 64);
    private static readonly string Rotated = new('3', 64);

    private readonly TestFolder _folder = new();
    private readonly IRootStore _roots;

    public ConfiguredEnrolmentTests() => _roots = RootStores.OfThisMachine(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task The_first_start_takes_the_key_over()
    {
        var enrolled = await Start(Key);
        Assert.That((enrolled!.Worker, enrolled.Server, enrolled.IsInDiscord), Is.EqualTo((Name, new Uri(Address + "/"), false)));
        Assert.That(await Stored(), Is.EqualTo((Key, (string?)null)));
        Assert.That(File.ReadAllText(_folder.File("worker.json")), Does.Not.Contain(Key));
    }

    [Test]
    public async Task A_root_that_the_server_has_given_since_stays()
    {
        await Start(Key);
        await _roots.Save(Name, Rotated, CancellationToken.None);
        await Start(Key);
        Assert.That(await Stored(), Is.EqualTo((Rotated, (string?)null)));
    }

    [Test]
    public async Task Another_key_is_tried_beside_the_one_that_is_there()
    {
        await Start(Key);
        await Start(OtherKey);
        Assert.That(await Stored(), Is.EqualTo((Key, (string?)OtherKey)));
    }

    [Test]
    public async Task A_root_whose_notes_are_lost_stays_too()
    {
        await _roots.Save(Name, Rotated, CancellationToken.None);
        await Start(Key);
        Assert.That(await Stored(), Is.EqualTo((Rotated, (string?)Key)));
    }

    [Test]
    public async Task Whoever_was_enrolled_by_a_code_meanwhile_keeps_that_root()
    {
        await Start(Key);
        await _roots.Save(Name, Rotated, CancellationToken.None);
        new Enrolled(new(Address + "/"), Name).Save(_folder.Path);
        await Start(Key);
        Assert.That(await Stored(), Is.EqualTo((Rotated, (string?)Key)));
    }

    [Test]
    public async Task A_server_that_has_moved_gets_the_answers_that_were_kept_for_it()
    {
        var before = await Start(Key);
        var after = await Start(Key, "https://elsewhere.example.org");
        Assert.That((after!.Server.Host, after.Owner), Is.EqualTo(("elsewhere.example.org", before!.Owner)));
        Assert.That((await Start(OtherKey))!.Owner, Is.Not.EqualTo(before.Owner));
        Assert.That(before.Owner, Does.Not.Contain(Key));
    }

    [Test]
    public async Task A_folder_is_one_workers()
    {
        new Enrolled(new(Address + "/"), "berta").Save(_folder.Path);
        Assert.That(() => Start(Key), Throws.TypeOf<FormatException>().With.Message.Contains("berta").And.Message.Contains("DataFolder"));
        Assert.That(await Stored(), Is.EqualTo(((string?)null, (string?)null)));
    }

    [Test]
    public void What_is_missing_or_too_much_is_named()
    {
        Assert.That(() => Take(Settings(Key, carrier: "Discord")), Throws.TypeOf<FormatException>().With.Message.StartsWith("Discord:Token"));
        Assert.That(() => Start(Key, address: "chat.example.org"), Throws.TypeOf<FormatException>().With.Message.StartsWith("Server:Address"));
        var two = Settings(Key).Append(new("Relay:Workers:berta:Key", OtherKey)).Append(new("Relay:Workers:berta:Carrier", "Link"));
        Assert.That(() => Take(two), Throws.TypeOf<FormatException>().With.Message.StartsWith("Relay:Workers names 2 workers"));
    }

    [Test]
    public async Task Without_such_lines_there_is_nothing_to_take() => Assert.That(await Take([]), Is.Null);

    private static IEnumerable<KeyValuePair<string, string?>> Settings(string key, string address = Address, string carrier = "Link") =>
    [
        new($"Relay:Workers:{Name}:Key", key),
        new($"Relay:Workers:{Name}:Carrier", carrier),
        new("Server:Address", address),
    ];

    private Task<Enrolled?> Start(string key, string address = Address) => Take(Settings(key, address));

    private Task<Enrolled?> Take(IEnumerable<KeyValuePair<string, string?>> settings) =>
        new ConfiguredEnrolment(_roots, _folder.Path).Take(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), discord: null, CancellationToken.None);

    private async Task<(string? Root, string? Next)> Stored() =>
        (await _roots.Find(Name, CancellationToken.None), await _roots.Find(NextRoot.Of(Name), CancellationToken.None));
}
