using System.Collections;

namespace MeatLizard.Infrastructure.Tests.Relay.Frames;

/// <summary>All that an object holds, as text: two messages are equal when this is, whoever wrote their JSON.</summary>
internal static class Fields
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        double number => number.ToString("R", null),
        float number => number.ToString("R", null),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        ValueType plain => plain.ToString()!,
        _ => value.GetType().Name + Of(value.GetType().GetProperties().Select(property => property.Name + "=" + Of(property.GetValue(value)))),
    };
}
