using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace MeatLizard.Architecture.Tests;

internal sealed class DriverTests
{
    /// <summary>Where each driver may be named, by a pattern that its users' code matches.</summary>
    private static readonly (string Driver, string Pattern, string Folder)[] Homes =
    [
        ("Npgsql", @"\bNpgsql\w*\b", "src/Infrastructure/Storage/"),
        ("SQLite", @"\bMicrosoft\.Data\.Sqlite\b|\bSQLitePCL\w*\b|\bSqlite(Connection|Command|Exception)\b", "src/Infrastructure/Storage/"),
        ("Dapper", @"\busing Dapper\b|\bDapper\.", "src/Infrastructure/Storage/"),
        ("Process", @"\bProcessStartInfo\b|\bnew Process\b|\bProcess\.(Start|Get\w+)\b", "src/Infrastructure/(LlamaCpp|Security|HostPower)/"),
        ("Redis", @"\bStackExchange\.Redis\b", "src/Infrastructure/Redis/"),
        ("IdentityModel", @"\bMicrosoft\.IdentityModel\b|\bJsonWebToken\w*\b", "src/Infrastructure/Identity/Tokens/"),
        ("S3", @"\bAmazon\.\w+", "src/Infrastructure/S3/"),
    ];

    private static readonly string[] Drivers =
        ["Npgsql", "Dapper", "Microsoft.Data.Sqlite", "SQLitePCLRaw.core", "StackExchange.Redis", "AWSSDK.S3", "AWSSDK.Core"];

    private static readonly string[] Driverless = [.. Parts.Names.Except(["Infrastructure"])];

    [Test]
    public void A_driver_is_named_only_in_its_own_folder()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (driver, pattern, folder) in Homes)
            {
                var strays = Tree.Files("src", ".cs")
                    .Where(file => !Regex.IsMatch(file, "^" + folder) && Regex.IsMatch(Tree.Code(file), pattern));
                Assert.That(strays, Is.Empty, $"{driver} belongs into {folder}");
            }
        }
    }

    /// <summary>Whatever it is called in the source: the compiled reference tells.</summary>
    [TestCaseSource(nameof(Driverless))]
    public void Only_the_infrastructure_is_compiled_against_drivers(string part)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Parts.Load(part).GetReferencedAssemblies().Select(name => name.Name).Intersect(Drivers), Is.Empty);
            Assert.That(ReferencedTypes(part), Has.None.Match(@"^System\.Diagnostics\.Process(StartInfo)?$"));
        }
    }

    [Test]
    public void AutoMapper_is_for_hosts([Values("Domain", "Application", "Infrastructure")] string part)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Parts.Load(part).GetReferencedAssemblies().Select(name => name.Name), Does.Not.Contain("AutoMapper"));
            Assert.That(Tree.Read($"src/{part}/{part}.csproj"), Does.Not.Contain("AutoMapper"));
        }
    }

    private static IEnumerable<string> ReferencedTypes(string part)
    {
        using var file = File.OpenRead(Parts.Load(part).Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences
                .Select(metadata.GetTypeReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"),
        ];
    }
}
