using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MeatLizard.Architecture.Tests;

internal sealed partial class ReferenceTests
{
    [Test]
    public void There_are_six_parts_and_no_others() => Assert.That(
        Tree.Files("src", ".csproj"),
        Is.EquivalentTo(Parts.Names.Select(part => $"src/{part}/{part}.csproj")));

    [Test]
    public void The_domain_knows_nothing_but_the_runtime()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(References("Domain"), Is.Empty);
            Assert.That(Compiled("Domain").Where(name => !IsRuntime(name)), Is.Empty);
        }
    }

    [Test]
    public void The_application_knows_the_domain_and_abstractions()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(References("Application").Where(name => name != "Domain" && !IsAbstraction(name)), Is.Empty);
            Assert.That(
                Compiled("Application").Where(name => name != "MeatLizard.Domain" && !IsRuntime(name) && !IsAbstraction(name)),
                Is.Empty);
        }
    }

    [Test]
    public void The_infrastructure_knows_the_application_and_no_host() =>
        Assert.That(References("Infrastructure").Intersect(Parts.Names), Is.EqualTo(["Application"]));

    [TestCaseSource(typeof(Parts), nameof(Parts.Hosts))]
    public void A_host_knows_application_and_infrastructure_and_never_another_host(string host)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(References(host).Intersect(Parts.Names), Is.EquivalentTo(["Application", "Infrastructure"]));
            Assert.That(Compiled(host).Where(name => Parts.Hosts.Any(other => name == $"MeatLizard.{other}")), Is.Empty);
        }
    }

    [TestCaseSource(typeof(Parts), nameof(Parts.Names))]
    public void Only_tests_and_the_benchmark_see_internals(string part) => Assert.That(
        Project(part).Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value),
        Is.All.Matches("^(MeatLizard\\.(.*\\.Tests|Testing|KillHost|Bench)|DynamicProxyGenAssembly2)$"));

    /// <summary>What a part asks for, whether it uses it or not: projects by name, packages and frameworks by theirs.</summary>
    private static string[] References(string part) =>
    [
        .. Project(part).Descendants()
            .Where(element => element.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference" or "Reference")
            .Select(element => element.Attribute("Include")!.Value)
            .Select(name => name.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(name) : name),
    ];

    private static string[] Compiled(string part) => [.. Parts.Load(part).GetReferencedAssemblies().Select(name => name.Name!)];

    private static XDocument Project(string part) => XDocument.Parse(Tree.Read($"src/{part}/{part}.csproj"));

    private static bool IsRuntime(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "netstandard" or "mscorlib";

    private static bool IsAbstraction(string name) => Abstraction().IsMatch(name);

    [GeneratedRegex(@"^(MediatR|FluentValidation|Microsoft\.Extensions\.(.+\.Abstractions|Options|Primitives))$")]
    private static partial Regex Abstraction();
}
