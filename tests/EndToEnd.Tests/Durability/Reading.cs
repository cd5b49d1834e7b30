using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace MeatLizard.EndToEnd.Tests.Durability;

/// <summary>What a reader holds of an answer, over any number of connections.</summary>
internal sealed class Reading(Guid request)
{
    private readonly List<StringBuilder> _parts = [];

    public Guid Request { get; } = request;

    public long LastId { get; private set; }

    /// <summary>The last event's name, when it was an end.</summary>
    public string? End { get; private set; }

    /// <summary>The failure's code, when it ended with one.</summary>
    public string? Code { get; private set; }

    public IReadOnlyList<string> Parts => [.. _parts.Select(part => part.ToString())];

    /// <summary>Reads on until the end, or until the connection breaks.</summary>
    /// <returns>Whether the end has come.</returns>
    public async Task<bool> Continue(ApiClient client, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await client.Events(Request, LastId, cancellationToken);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            {
                Take(item.EventId, item.EventType, item.Data);
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            // The host is gone; the reading goes on at the next one.
        }

        return End is not null;
    }

    private void Take(string? id, string name, string data)
    {
        Assert.That(End, Is.Null, "nothing comes after an end");
        Assert.That(id, Is.EqualTo((LastId + 1).ToString(CultureInfo.InvariantCulture)), "no event is missed or repeated");
        LastId++;
        using var read = JsonDocument.Parse(data);
        var happened = read.RootElement;
        switch (name)
        {
            case "delta":
                Append(happened.GetProperty("part").GetInt32(), happened.GetProperty("offset").GetInt32(), happened.GetProperty("text").GetString()!);
                break;
            case "completed" or "cancelled":
                End = name;
                break;
            case "failed":
                End = name;
                Code = happened.GetProperty("code").GetString();
                break;
        }
    }

    private void Append(int part, int offset, string text)
    {
        if (part == _parts.Count)
        {
            _parts.Add(new());
        }

        Assert.That(offset, Is.EqualTo(_parts[part].Length), "text follows on text");
        _parts[part].Append(text);
    }
}
