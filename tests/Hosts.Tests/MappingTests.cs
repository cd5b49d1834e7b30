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
        foreach (var property in from.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0))
        {
            foreach (var type in Unwrap(property.PropertyType))
            {
                if (type == wanted)
                {
                    return true;
                }

                if (type.Namespace?.StartsWith("MeatLizard", StringComparison.Ordinal) == true && seen.Add(type) && Reaches(type, wanted, seen))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IEnumerable<Type> Unwrap(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Unwrap) : [type];
}
