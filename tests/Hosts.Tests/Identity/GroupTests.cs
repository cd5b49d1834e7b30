using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity;

[TestFixture]
internal sealed class GroupTests
{
    private const string Groups = "/api/v1/admin/groups";

    private ApiHost _host = null!;
    private ApiClient _owner = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start();
        _owner = await _host.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_group_is_made_filled_renamed_and_taken_away()
    {
        using var anna = await _host.Member("Anna");
        using var ben = await _host.Member("Ben");
        var made = await _owner.Post(Groups, new { name = " Class 4b " });
        Assert.That((made.Status, made.Json.GetProperty("name").GetString()), Is.EqualTo((201, "Class 4b")), made.Text);
        foreach (var member in new[] { ben, anna, anna })
        {
            Assert.That((await _owner.Put($"{Groups}/{made.Id}/members/{member.UserId}", new { })).Status, Is.EqualTo(204));
        }

        Assert.That(await Names($"{Groups}/{made.Id}/members"), Is.EqualTo(new[] { "Anna", "Ben" }));
        var renamed = await _owner.Patch($"{Groups}/{made.Id}", new { name = "Class 5b" });
        Assert.That(
            (renamed.Json.GetProperty("name").GetString(), renamed.Json.GetProperty("members").GetInt32()), Is.EqualTo(("Class 5b", 2)), renamed.Text);
        Assert.That((await _owner.Delete($"{Groups}/{made.Id}/members/{ben.UserId}")).Status, Is.EqualTo(204));
        Assert.That(await Names($"{Groups}/{made.Id}/members"), Is.EqualTo(new[] { "Anna" }));
        Assert.That(await Names(Groups), Does.Contain("Class 5b").And.Not.Contain("Class 4b"));

        Assert.That((await _owner.Delete($"{Groups}/{made.Id}")).Status, Is.EqualTo(204));
        Assert.That(await Names(Groups), Does.Not.Contain("Class 5b"));
        Assert.That((await _owner.Get($"{Groups}/{made.Id}/members")).Status, Is.EqualTo(404));
        Assert.That((await anna.Get("/api/v1/me")).Status, Is.EqualTo(200), "people stay");
    }

    [Test]
    public async Task No_two_have_one_name()
    {
        var first = await _owner.Post(Groups, new { name = "twins" });
        var second = await _owner.Post(Groups, new { name = "twins" });
        Assert.That((first.Status, second.Status, second.Code), Is.EqualTo((201, 409, "group_name_taken")), second.Text);
        var other = await _owner.Post(Groups, new { name = "others" });
        Assert.That((await _owner.Patch($"{Groups}/{other.Id}", new { name = "twins" })).Code, Is.EqualTo("group_name_taken"));
        Assert.That((await _owner.Post(Groups, new { name = " " })).Fields, Is.EqualTo(new[] { "name" }));
    }

    [Test]
    public async Task What_is_not_there_is_not_found()
    {
        using var anna = await _host.Member("Anna");
        var group = (await _owner.Post(Groups, new { name = "lonely" })).Id;
        var missing = Guid.CreateVersion7();
        Assert.That((await _owner.Put($"{Groups}/{missing}/members/{anna.UserId}", new { })).Status, Is.EqualTo(404));
        Assert.That((await _owner.Put($"{Groups}/{group}/members/{missing}", new { })).Status, Is.EqualTo(404));
        Assert.That((await _owner.Delete($"{Groups}/{missing}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task What_admins_do_to_groups_stands_in_the_audit_log()
    {
        using var anna = await _host.Member("Anna");
        var group = (await _owner.Post(Groups, new { name = "watched" })).Id;
        await _owner.Put($"{Groups}/{group}/members/{anna.UserId}", new { });
        await _owner.Delete($"{Groups}/{group}/members/{anna.UserId}");
        await _owner.Patch($"{Groups}/{group}", new { name = "seen" });
        await _owner.Delete($"{Groups}/{group}");
        var audit = (await _owner.Get("/api/v1/admin/audit")).Json.GetProperty("items").EnumerateArray()
            .Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("target").GetString()));
        Assert.That(audit, Is.SupersetOf(new (string?, string?)[]
        {
            ("form_group", "watched"), ("put_into_group", $"{group} {anna.UserId}"), ("take_out_of_group", $"{group} {anna.UserId}"),
            ("rename_group", group), ("remove_group", group),
        }));
    }

    private async Task<string?[]> Names(string path) =>
        [.. (await _owner.Get(path)).Json.GetProperty("items").EnumerateArray().Select((JsonElement item) => item.GetProperty("name").GetString())];
}
