using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MeatLizard.Infrastructure.Discord.Native.Rest;

/// <param name="Body">What Discord answered.</param>
internal sealed record RestAnswer(byte[] Body)
{
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("An empty answer.");
        }
        catch (JsonException unreadable)
        {
            // Without the reader's own words: they can quote what was in the answer.
            throw new DiscordException(
                DiscordProblem.Refused, $"Discord's answer cannot be read as {typeof(T).Name} ({unreadable.Path}). Look for a newer version.");
        }
    }
}
