using MeatLizard.Application.Conversations;
using MeatLizard.Infrastructure.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Tests.Storage;

internal sealed class StorageSettingsTests
{
    [TestCase("Storage:Provider", "Oracle", "Storage:Provider is 'Oracle', but must be Sqlite or Postgres.")]
    [TestCase("Storage:Provider", "Postgres", "Storage:ConnectionString is missing")]
    [TestCase("DataFolder", " ", "DataFolder is empty")]
    [TestCase("Storage:ConnectionString", "Host=db;Password=hunter2", "Storage:ConnectionString is not a connection string")]
    [TestCase("Storage:KeepResponses", "-1.00:00:00", "Storage:KeepResponses must be more than nothing")]
    [TestCase("Limits:PerMinute", "0", "Limits:PerMinute must be 1 or more.")]
    [TestCase("Limits:PerHour", "-1", "Limits:PerHour must be 1 or more.")]
    public async Task A_wrong_value_stops_the_start_with_a_sentence_that_names_the_key(string key, string value, string sentence)
    {
        await using var host = Host((key, value));

        Assert.That(
            () => host.GetRequiredService<IStartupValidator>().Validate(),
            Throws.TypeOf<OptionsValidationException>().With.Message.StartsWith(sentence).And.Message.Not.Contains("hunter2"));
    }

    [Test]
    public async Task A_connection_string_that_Npgsql_does_not_know_is_refused_without_being_repeated()
    {
        await using var host = Host(("Storage:Provider", "Postgres"), ("Storage:ConnectionString", "Hst=db;Password=hunter2"));

        Assert.That(
            () => host.GetRequiredService<IStartupValidator>().Validate(),
            Throws.TypeOf<OptionsValidationException>()
                .With.Message.StartsWith("Storage:ConnectionString").And.Message.Not.Contains("hunter2"));
    }

    [TestCase("sqlite", "", StorageOptions.Sqlite)]
    [TestCase("SQLITE", "", StorageOptions.Sqlite)]
    [TestCase("postgres", "Host=db", StorageOptions.Postgres)]
    public async Task The_provider_is_known_in_letters_of_any_case(string said, string connection, string meant)
    {
        await using var host = Host(("Storage:Provider", said), ("Storage:ConnectionString", connection));

        host.GetRequiredService<IStartupValidator>().Validate();

        Assert.That(host.GetRequiredService<IDialect>().Name, Is.EqualTo(meant));
    }

    [Test]
    public async Task The_file_is_its_owners_alone()
    {
        var parent = Directory.CreateTempSubdirectory("meatlizard-");
        var folder = Path.Combine(parent.FullName, "data");
        await using (var host = Host(("DataFolder", folder)))
        {
            await host.GetRequiredService<IDatabaseMigrator>().Migrate(TestContext.CurrentContext.CancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(Mine | UnixFileMode.UserExecute));
                foreach (var file in Directory.GetFiles(folder))
                {
                    Assert.That(File.GetUnixFileMode(file), Is.EqualTo(Mine), file);
                }
            }
        }

        var left = Directory.GetFiles(folder).Select(Path.GetFileName);
        Assert.That(left, Is.EqualTo(new[] { "meatlizard.db" }), "a closed database is one file");
        parent.Delete(recursive: true);
    }

    [Test]
    public async Task What_was_stored_is_there_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("meatlizard-");
        for (var start = 0; start < 2; start++)
        {
            await using var host = Host(("DataFolder", folder.FullName));
            await host.GetRequiredService<IDatabaseMigrator>().Migrate(TestContext.CurrentContext.CancellationToken);
            await using var scope = host.CreateAsyncScope();
            var web = await scope.ServiceProvider.GetRequiredService<IPlaceStore>()
                .Find(Domain.Conversations.PlaceKind.Web, "", TestContext.CurrentContext.CancellationToken);
            Assert.That(web, Is.Not.Null);
        }

        folder.Delete(recursive: true);
    }

    private static ServiceProvider Host(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return new ServiceCollection().AddLogging().AddStorage(configuration)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }
}
