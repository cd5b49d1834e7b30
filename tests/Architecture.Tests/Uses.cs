using System.Reflection;

namespace MeatLizard.Architecture.Tests;

/// <summary>Which types a type deals with, its method bodies and what the compiler made of them included.</summary>
internal static class Uses
{
    private const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IReadOnlySet<Type> Of(Type type)
    {
        HashSet<Type> used = [];
        Collect(type, used);
        return used;
    }

    private static void Collect(Type type, HashSet<Type> used)
    {
        Add(type.BaseType, used);
        foreach (var member in type.GetMembers(All))
        {
            switch (member)
            {
                case FieldInfo field:
                    Add(field.FieldType, used);
                    break;
                case PropertyInfo property:
                    Add(property.PropertyType, used);
                    break;
                case MethodBase method:
                    Add((method as MethodInfo)?.ReturnType, used);
                    foreach (var parameter in method.GetParameters())
                    {
                        Add(parameter.ParameterType, used);
                    }

                    foreach (var local in method.GetMethodBody()?.LocalVariables ?? [])
                    {
                        Add(local.LocalType, used);
                    }

                    break;
                case Type nested:
                    // State machines and closures: here an awaited value is a field.
                    Collect(nested, used);
                    break;
            }
        }
    }

    private static void Add(Type? type, HashSet<Type> used)
    {
        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.HasElementType)
        {
            Add(type.GetElementType(), used);
            return;
        }

        used.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
        foreach (var argument in type.GenericTypeArguments)
        {
            Add(argument, used);
        }
    }
}
