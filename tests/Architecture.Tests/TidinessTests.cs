using System.Text.RegularExpressions;

namespace MeatLizard.Architecture.Tests;

internal sealed partial class TidinessTests
{
    private const int LongestFile = 400;

    /// <summary>Folders named for a kind of class say nothing about what is in them.</summary>
    private static readonly string[] Drawers =
    [
        "Common", "Shared", "Helpers", "Utils", "Extensions", "Interfaces", "Abstractions", "Models", "DTOs", "Mappings", "Services",
        "Managers", "Events", "Entities", "ValueObjects", "SeedWork", "Commands", "Queries", "Handlers", "Validators", "Enums",
        "Exceptions", "Contracts", "Behaviors", "Behaviours", "Responses", "Requests", "Types", "Core", "Misc",
    ];

    /// <summary>Files with several public types that are one idea, and why they are.</summary>
    private static readonly Dictionary<string, string> OneIdea = new()
    {
        ["Access"] = "Three words that a use case says about its callers.",
    };

    [Test]
    public void No_folder_is_named_after_a_kind_of_class() => Assert.That(
        Tree.Folders("src").Where(folder => Drawers.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase)),
        Is.Empty);

    [Test]
    public void No_name_says_manager_helper_service_or_base() => Assert.That(
        from part in Parts.Names
        from type in Parts.Written(Parts.Load(part))
        where EmptyWord().IsMatch(type.Name)
        select type.Name,
        Is.Empty);

    [Test]
    public void No_file_is_longer_than_one_can_read() => Assert.That(
        Tree.Files("src", ".cs", ".js", ".css", ".html", ".sql").Where(file => Tree.Read(file).Count(one => one == '\n') > LongestFile),
        Is.Empty);

    /// <summary>Beside its own type a file has only its variants, what its request answers with, or an aggregate's events.</summary>
    [Test]
    public void Every_file_has_one_public_type()
    {
        var types = Parts.Names
            .SelectMany(part => Parts.Load(part).GetTypes())
            .Where(type => type.DeclaringType is null)
            .ToLookup(type => type.FullName);
        var crowded =
            from file in Tree.Files("src", ".cs")
            let code = Tree.Code(file)
            let declared = PublicType().Matches(code).SelectMany(match => types[FullName(code, match)]).Distinct().ToArray()
            let name = Path.GetFileNameWithoutExtension(file)
            where declared.Length > 1 && !OneIdea.ContainsKey(name) && !BelongTogether(name, declared)
            select file;
        Assert.That(crowded, Is.Empty);
    }

    [Test]
    public void Every_file_is_named_after_what_it_declares()
    {
        var misnamed =
            from file in Tree.Files("src", ".cs")
            let name = Path.GetFileNameWithoutExtension(file)
            where name != "Program" && !Gathered().IsMatch(name) && !OneIdea.ContainsKey(name)
            where !Regex.IsMatch(Tree.Code(file), $@"\b(class|record|struct|interface|enum|delegate \S+) {Regex.Escape(name)}\b")
            select file;
        Assert.That(misnamed, Is.Empty);
    }

    [Test]
    public void No_test_sleeps_to_let_something_happen() => Assert.That(Offenders(Sleep()), Is.Empty);

    [Test]
    public void No_test_is_left_out() => Assert.That(Offenders(LeftOut()), Is.Empty);

    private static IEnumerable<string> Offenders(Regex forbidden) =>
        from file in Tree.Files("tests", ".cs")
        where file.Split('/')[1] is var project && (project == "Testing" || project.EndsWith(".Tests", StringComparison.Ordinal))
            && !file.EndsWith($"/{nameof(TidinessTests)}.cs", StringComparison.Ordinal)
            && forbidden.IsMatch(Tree.Code(file))
        select file;

    private static bool BelongTogether(string file, Type[] declared)
    {
        var others = declared.Where(type => type.Name != file).ToArray();
        if (file.EndsWith("Events", StringComparison.Ordinal))
        {
            return others.All(type => type.IsAssignableTo(typeof(Domain.IDomainEvent)));
        }

        if (declared.SingleOrDefault(type => type.Name == file) is not { } own)
        {
            return false;
        }

        // A closed family stands together, with the interfaces that only its members have; so do a request and what it answers.
        var answer = own.GetInterfaces().SelectMany(one => one.GenericTypeArguments).SelectMany(Flat).ToHashSet();
        foreach (var part in answer.ToArray())
        {
            answer.UnionWith(Uses.Of(part));
        }

        return others.All(type => type.IsAssignableTo(own)
            || answer.Contains(type)
            || (type.IsInterface && declared.Any(member => member != type && member.IsAssignableTo(type))));
    }

    private static IEnumerable<Type> Flat(Type type) => type.GenericTypeArguments.SelectMany(Flat).Append(type);

    private static string FullName(string code, Match declaration)
    {
        var name = $"{Namespace().Match(code).Groups[1].Value}.{declaration.Groups["name"].Value}";
        return declaration.Groups["parameters"] is { Success: true, Value: var list } ? $"{name}`{list.Split(',').Length}" : name;
    }

    [GeneratedRegex(@"^public [a-z ]*\b(class|record|struct|interface|enum) (?<name>\w+)(<(?<parameters>[^>]+)>)?", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    /// <summary>An aggregate's events, and the bodies of a group of calls.</summary>
    [GeneratedRegex("(Events|Contract)$")]
    private static partial Regex Gathered();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(Manager|Helper|Helpers|Service|Services|Base|Utils|Util)(`\d+)?$")]
    private static partial Regex EmptyWord();

    /// <summary>Waiting for ever is no wait for something to happen: whoever hangs so is ended by what is tested.</summary>
    [GeneratedRegex(@"\b(Task\s*\.\s*Delay|Thread\s*\.\s*Sleep|SpinWait\s*\.\s*SpinUntil)\s*\((?!\s*Timeout\.Infinite)")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\[(Ignore|Explicit)\b|\bAssert\s*\.\s*(Ignore|Inconclusive|Pass)\b")]
    private static partial Regex LeftOut();
}
