using System.Globalization;
using MeatLizard.Infrastructure.Storage;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class SqliteFileTests
{
    [Test]
    public void What_is_synced_is_past_the_caches_of_the_drive_where_the_system_tells_them_apart()
    {
        using var folder = new TestFolder();
        using var file = new SqliteFile(new StorageOptions { DataFolder = folder.Path });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Of(file.Synced, "synchronous", "fullfsync", "checkpoint_fullfsync"), Is.EqualTo(new[] { 2, 1, 1 }));
            Assert.That(Of(file.Relaxed, "synchronous", "fullfsync", "checkpoint_fullfsync"), Is.EqualTo(new[] { 1, 0, 1 }));
        }
    }

    private static int[] Of(SqliteWriter writer, params string[] pragmas) =>
    [
        .. pragmas.Select(pragma =>
        {
            using var command = writer.Connection.CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        }),
    ];
}
