using System.Reflection;
using MeatLizard.Presentation.Api;

namespace MeatLizard.Hosts.Tests;

[TestFixture]
internal sealed class MappingTests
{
    [Test]
    public void Every_member_that_callers_see_is_mapped() => Assert.That(ApiMapper.Configure().AssertConfigurationIsValid, Throws.Nothing);

    [Test]
    public void No_mapped_type_refers_to_itself()
    {
        foreach (var map in ApiMapper.Configure().GetAllTypeMaps())
        {
            foreach (var type in new[] { map.SourceType, map.DestinationType })
            {
                Assert.That(Reaches(type, type, []), Is.False, $"{type} can reach itself: a deep graph of it would overflow the stack.");
            }
        }
    }

    private static bool Reaches(Type from, Type wanted, HashSet<Type> seen)
    {
        var next = from.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .SelectMany(property => Unwrap(property.PropertyType))
            .Where(type => type.Namespace?.StartsWith("MeatLizard", StringComparison.Ordinal) == true);
        return next.Any(type => type == wanted || (seen.Add(type) && Reaches(type, wanted, seen)));
    }

    private static IEnumerable<Type> Unwrap(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap) : [type];
}
