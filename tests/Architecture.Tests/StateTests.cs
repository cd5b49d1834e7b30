using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;

namespace MeatLizard.Architecture.Tests;

internal sealed class StateTests
{
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [TestCaseSource(typeof(Parts), nameof(Parts.Names))]
    public void No_static_field_can_change(string part)
    {
        var changing =
            from type in Parts.Written(Parts.Load(part))
            from field in type.GetFields(Statics)
            where !field.IsLiteral && !field.Name.Contains('<') && (!field.IsInitOnly || Grows(field.FieldType))
            select $"{type.Name}.{field.Name}";
        Assert.That(changing, Is.Empty);
    }

    [TestCaseSource(typeof(Parts), nameof(Parts.Names))]
    public void No_static_property_can_be_set(string part)
    {
        var settable =
            from type in Parts.Written(Parts.Load(part))
            from property in type.GetProperties(Statics)
            where property.CanWrite || Grows(property.PropertyType)
            select $"{type.Name}.{property.Name}";
        Assert.That(settable, Is.Empty);
    }

    [TestCase("Domain")]
    [TestCase("Application")]
    public void Time_and_ids_come_from_outside(string part)
    {
        const string Sources =
            @"\bDateTime(Offset)?\s*\.\s*(Utc)?(Now|Today)\b|\bGuid\s*\.\s*NewGuid\b|\bStopwatch\b|\bEnvironment\s*\.\s*TickCount";
        Assert.That(Tree.Files($"src/{part}", ".cs").Where(file => Regex.IsMatch(Tree.Code(file), Sources)), Is.Empty);
    }

    /// <summary>Async is for those who wait for something outside, and the domain waits for nobody.</summary>
    [Test]
    public void The_domain_does_nothing_asynchronously()
    {
        var waiting =
            from type in Parts.Domain.GetTypes()
            where Uses.Of(type).Any(used => used.Namespace?.StartsWith("System.Threading", StringComparison.Ordinal) == true
                || used.Namespace?.StartsWith("System.IO", StringComparison.Ordinal) == true)
            select type.FullName;
        Assert.That(waiting, Is.Empty);
    }

    private static bool Grows(Type type) => type is { IsArray: false, IsValueType: false }
        && type.Namespace is not ("System.Collections.Frozen" or "System.Collections.Immutable")
        && type.GetInterfaces().Append(type).Any(one => one == typeof(IList)
            || one == typeof(IDictionary)
            || (one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ICollection<>)));
}
