using System.Runtime.Versioning;
using MeatLizard.Infrastructure.LlamaCpp;
using MeatLizard.Infrastructure.Relay;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Tests.Security;

[UnsupportedOSPlatform("windows")]
internal sealed class PrivateFolderTests
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Test]
    public void The_list_of_children_is_its_owners_alone()
    {
        using var folder = new TestFolder();
        var ledger = new ChildLedger(
            Options.Create(new LlamaOptions { DataFolder = folder.File("data") }), NullLogger<ChildLedger>.Instance);
        using (ledger.Enter(Environment.ProcessId))
        {
            Assert.That(File.GetUnixFileMode(folder.File("data")), Is.EqualTo(OwnerAlone));
            Assert.That(File.GetUnixFileMode(folder.File("data/run")), Is.EqualTo(OwnerAlone));
        }
    }

    [Test]
    public void The_folder_of_the_workers_key_is_its_owners_alone()
    {
        using var folder = new TestFolder();
        _ = InProcessWorker.FromFolder(folder.File("data"));
        Assert.That(File.GetUnixFileMode(folder.File("data")), Is.EqualTo(OwnerAlone));
    }

    [Test]
    public void A_folder_that_is_there_keeps_its_mode()
    {
        using var folder = new TestFolder();
        const UnixFileMode Shared = OwnerAlone | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(folder, Shared);
        PrivateFolder.Create(folder);
        Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(Shared));
    }
}
