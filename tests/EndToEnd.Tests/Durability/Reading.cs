using System.Globalization;
using System.Net.ServerSentEvents;
using System.Net.WebSockets;
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

    /// <summary>How often a connection was cut, or broke, before the end had come.</summary>
    public int Cuts { get; private set; }

    /// <summary>Reads on, by server-sent events, until the end, or until the connection breaks.</summary>
    /// <param name="cutAfter">Break it after so many bytes.</param>
    /// <param name="act">Done then in place of breaking it.</param>
    /// <returns>Whether the end has come.</returns>
    public async Task<bool> Continue(ApiClient client, CancellationToken cancellationToken, int cutAfter = int.MaxValue, Action? act = null)
    {
        try
        {
            await using var stream = new CutStream(await client.Events(Request, LastId, cancellationToken), cutAfter, act);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            {
                Take(item.EventId, item.EventType, item.Data);
            }
        }
        catch (Exception cut) when (cut is HttpRequestException { StatusCode: null } or IOException)
        {
            // The host is gone, or we are; the reading goes on at the next connection.
        }

        Cuts += End is null ? 1 : 0;
        return End is not null;
    }

    /// <summary>Reads on, over a WebSocket, until the end, or until the connection breaks.</summary>
    public async Task<bool> ContinueOnSocket(
        ApiClient client, CancellationToken cancellationToken, int cutAfter = int.MaxValue, Action? act = null)
    {
        try
        {
            using var socket = await client.Socket(cancellationToken);
            await socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(new
                {
                    type = "resume",
                    id = "again",
                    requests = new Dictionary<string, long> { [Request.ToString()] = LastId },
                }),
                WebSocketMessageType.Text,
                endOfMessage: true,
                cancellationToken);
            await Receive(socket, cutAfter, act, cancellationToken);
            socket.Abort();
        }
        catch (Exception cut) when (cut is WebSocketException or IOException)
        {
            // As above.
        }

        Cuts += End is null ? 1 : 0;
        return End is not null;
    }

    private async Task Receive(ClientWebSocket socket, int cutAfter, Action? act, CancellationToken cancellationToken)
    {
        var buffer = new byte[64];
        var message = new MemoryStream();
        for (var left = cutAfter; left > 0 && End is null;)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), cancellationToken);
            left -= got.Count;
            if (left == 0 && act is not null)
            {
                act();
                (act, left) = (null, int.MaxValue);
            }

            message.Write(buffer, 0, got.Count);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            if (!got.EndOfMessage)
            {
                continue;
            }

            using var read = JsonDocument.Parse(message.ToArray());
            message.SetLength(0);
            var said = read.RootElement;
            Assert.That(said.GetProperty("type").GetString(), Is.Not.EqualTo("error"), said.ToString());
            if (said.GetProperty("type").GetString() == "event" && said.GetProperty("request_id").GetGuid() == Request)
            {
                Take(said.GetProperty("event_id").ToString(), said.GetProperty("event").GetString()!, said.GetProperty("data").GetRawText());
            }
        }
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
