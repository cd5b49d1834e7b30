using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Identity;

[TestFixture]
internal sealed class GroupTests : OwnersFixture
{
    private const string Groups = "/api/v1/admin/groups";

    [Test]
    public async Task A_group_is_made_filled_renamed_and_taken_away()
    {
        using var anna = await Host.Member("Anna");
        using var ben = await Host.Member("Ben");
        var made = await Owner.Post(Groups, new { name = " Class 4b " });
        Assert.That((made.Status, made.Json.GetProperty("name").GetString()), Is.EqualTo((201, "Class 4b")), made.Text);
        foreach (var member in new[] { ben, anna, anna })
        {
            Assert.That((await Owner.Put($"{Groups}/{made.Id}/members/{member.UserId}", new { })).Status, Is.EqualTo(204));
        }

        Assert.That(await Names($"{Groups}/{made.Id}/members"), Is.EqualTo(new[] { "Anna", "Ben" }));
        var renamed = await Owner.Patch($"{Groups}/{made.Id}", new { name = "Class 5b" });
        Assert.That(
            (renamed.Json.GetProperty("name").GetString(), renamed.Json.GetProperty("members").GetInt32()), Is.EqualTo(("Class 5b", 2)), renamed.Text);
        Assert.That((await Owner.Delete($"{Groups}/{made.Id}/members/{ben.UserId}")).Status, Is.EqualTo(204));
        Assert.That(await Names($"{Groups}/{made.Id}/members"), Is.EqualTo(new[] { "Anna" }));
        Assert.That(await Names(Groups), Does.Contain("Class 5b").And.Not.Contain("Class 4b"));

        Assert.That((await Owner.Delete($"{Groups}/{made.Id}")).Status, Is.EqualTo(204));
        Assert.That(await Names(Groups), Does.Not.Contain("Class 5b"));
        Assert.That((await Owner.Get($"{Groups}/{made.Id}/members")).Status, Is.EqualTo(404));
        Assert.That((await anna.Get("/api/v1/me")).Status, Is.EqualTo(200), "people stay");
    }

    [Test]
    public async Task No_two_have_one_name()
    {
        var first = await Owner.Post(Groups, new { name = "twins" });
        var second = await Owner.Post(Groups, new { name = "twins" });
        Assert.That((first.Status, second.Status, second.Code), Is.EqualTo((201, 409, "group_name_taken")), second.Text);
        var other = await Owner.Post(Groups, new { name = "others" });
        Assert.That((await Owner.Patch($"{Groups}/{other.Id}", new { name = "twins" })).Code, Is.EqualTo("group_name_taken"));
        Assert.That((await Owner.Post(Groups, new { name = " " })).Fields, Is.EqualTo(new[] { "name" }));
    }

    [Test]
    public async Task What_is_not_there_is_not_found()
    {
        using var anna = await Host.Member("Anna");
        var group = (await Owner.Post(Groups, new { name = "lonely" })).Id;
        var missing = Guid.CreateVersion7();
        Assert.That((await Owner.Put($"{Groups}/{missing}/members/{anna.UserId}", new { })).Status, Is.EqualTo(404));
        Assert.That((await Owner.Put($"{Groups}/{group}/members/{missing}", new { })).Status, Is.EqualTo(404));
        Assert.That((await Owner.Delete($"{Groups}/{missing}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_socket_that_is_open_already_learns_of_its_owners_group()
    {
        using var carl = await Host.Member("Carl");
        using var socket = await Socket.Open(Host, carl);
        var group = (await Owner.Post(Groups, new { name = "quiet" })).Id;
        Assert.That(
            (await Owner.Put("/api/v1/admin/limits", new { scope = "group", scope_id = group, measure = "requests", window = "hour", amount = 1 })).Status,
            Is.EqualTo(200));
        await Owner.Put($"{Groups}/{group}/members/{carl.UserId}", new { });
        foreach (var (id, expected) in new[] { ("1", "ack"), ("2", "error") })
        {
            await socket.Send(new { type = "send", id, session_id = await carl.OpenSession(), content = "hello" });
            var answer = await socket.Next(expected);
            Assert.That(answer.GetProperty("id").GetString(), Is.EqualTo(id), answer.ToString());
        }
    }

    [Test]
    public async Task What_admins_do_to_groups_stands_in_the_audit_log()
    {
        using var anna = await Host.Member("Anna");
        var group = (await Owner.Post(Groups, new { name = "watched" })).Id;
        await Owner.Put($"{Groups}/{group}/members/{anna.UserId}", new { });
        await Owner.Delete($"{Groups}/{group}/members/{anna.UserId}");
        await Owner.Patch($"{Groups}/{group}", new { name = "seen" });
        await Owner.Delete($"{Groups}/{group}");
        var audit = (await Owner.Get("/api/v1/admin/audit")).Json.GetProperty("items").EnumerateArray()
            .Select(entry => (entry.GetProperty("action").GetString(), entry.GetProperty("target").GetString()));
        Assert.That(audit, Is.SupersetOf(new (string?, string?)[]
        {
            ("form_group", "watched"), ("put_into_group", $"{group} {anna.UserId}"), ("take_out_of_group", $"{group} {anna.UserId}"),
            ("rename_group", group), ("remove_group", group),
        }));
    }

    private async Task<string?[]> Names(string path) =>
        [.. (await Owner.Get(path)).Json.GetProperty("items").EnumerateArray().Select((JsonElement item) => item.GetProperty("name").GetString())];
}
