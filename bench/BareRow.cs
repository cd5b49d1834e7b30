using System.Data.Common;
using System.Text.Json;

namespace MeatLizard.Bench;

/// <summary>One row as JSON, column by column.</summary>
internal static class BareRow
{
    public static byte[] Json(DbDataReader reader, string[] names)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            for (var i = 0; i < names.Length; i++)
            {
                switch (reader.IsDBNull(i) ? null : reader.GetValue(i))
                {
                    case null:
                        json.WriteNull(names[i]);
                        break;
                    case Guid id:
                        json.WriteString(names[i], id);
                        break;
                    case string text:
                        json.WriteString(names[i], text);
                        break;
                    case DateTime time:
                        json.WriteString(names[i], time);
                        break;
                    case long number:
                        json.WriteNumber(names[i], number);
                        break;
                    case double number:
                        json.WriteNumber(names[i], number);
                        break;
                }
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
