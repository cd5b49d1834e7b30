using System.Reflection;
using MeatLizard.Domain;

namespace MeatLizard.Architecture.Tests;

/// <summary>The product's assemblies.</summary>
internal static class Parts
{
    public static readonly string[] Hosts = ["Presentation.Api", "Presentation.DiscordServer", "Presentation.DiscordClient"];

    public static readonly string[] Names = ["Domain", "Application", "Infrastructure", .. Hosts];

    public static readonly Assembly Domain = Load("Domain");

    public static readonly Assembly Application = Load("Application");

    public static readonly Type[] Aggregates =
    [
        .. Domain.GetTypes()
            .Where(type => type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(AggregateRoot<>)),
    ];

    public static Assembly Load(string part) => Assembly.Load($"MeatLizard.{part}");

    /// <summary>Types somebody wrote, without those that the compiler or a source generator made.</summary>
    public static IEnumerable<Type> Written(Assembly assembly) => assembly.GetTypes().Where(type => !type.FullName!.Contains('<'));

    /// <summary>The third word of the namespace: <c>Conversations</c>, <c>Relay</c>, …; null at the root.</summary>
    public static string? Context(Type type) => type.Namespace?.Split('.') is { Length: > 2 } words ? words[2] : null;
}
