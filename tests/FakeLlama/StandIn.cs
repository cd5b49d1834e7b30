using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeatLizard.Testing.Models;

namespace MeatLizard.FakeLlama;

/// <summary>
/// Takes llama-server's place: its arguments, its addresses, its stream, and whatever goes wrong at the point that the script names. It
/// speaks plain sockets, because a proper web server would not send what has to be sent here.
/// </summary>
internal sealed class StandIn
{
    private static readonly TimeSpan ForEver = Timeout.InfiniteTimeSpan;

    // Characters travel as themselves, as llama-server sends them.
    private static readonly JsonSerializerOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly FakeRun _run;
    private readonly string _alias;
    private readonly int _context;
    private readonly string? _key = Environment.GetEnvironmentVariable("LLAMA_API_KEY");
    private readonly bool[] _busy;
    private int _healthy;

    private StandIn(FakeRun run, string alias, int slots, int context)
    {
        (_run, _alias, _context) = (run, alias, context / slots);
        _busy = new bool[slots];
    }

    public static async Task<int> RunAsync(string[] args)
    {
        string Value(string name, string otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        int Number(string name, int otherwise) => int.Parse(
            Value(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

        var model = Value("-m", "");
        var run = FakeModel.NextRun(model);
        using var ignored = run.IgnoresTerm ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, x => x.Cancel = true) : null;

        // Whoever has waited for this start may end it from here on.
        FakeModel.CountStart(model);
        if (run.Stderr is not null)
            await Console.Error.WriteLineAsync(run.Stderr);
        if (run.ExitWith is { } code)
            return code;
        if (run.Deaf)
            await Task.Delay(ForEver);

        var listener = new TcpListener(IPAddress.Loopback, Number("--port", 8080));
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            await Console.Error.WriteLineAsync("couldn't bind HTTP server socket");
            return 1;
        }
        var standIn = new StandIn(run, Value("--alias", "model"), Number("-np", 1), Number("-c", 2048));
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            client.NoDelay = true;
            _ = standIn.ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        var stream = client.GetStream();
        try
        {
            if (await ReadAsync(stream) is not { } request)
                return;
            var open = request.Path == "/health";
            if (open && _run.Health == "garbage")
                await stream.WriteAsync(new byte[] { 0, 255, 254, 1, 10, 10 });
            else if (open && _run.Health == "hang")
                await Task.Delay(ForEver);
            else if (open && _run.Health == "loading")
                await ReplyAsync(stream, 503, """{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}""");
            else if (open)
                await ReplyAsync(stream, 200, """{"status":"ok"}""");
            else if (_key is not null && request.Authorization != "Bearer " + _key)
                await ReplyAsync(stream, 401, """{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}""");
            else if (request.Path == "/props")
                await PropsAsync(stream);
            else if (request.Path == "/slots")
                await SlotsAsync(stream);
            else if (request.Path == "/v1/chat/completions")
                await AnswerAsync(stream, request.Body);
            else
                await ReplyAsync(stream, 404, """{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}""");
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
            // The client left, which is its right.
        }
    }

    private Task SlotsAsync(NetworkStream stream)
    {
        var slots = _busy.Select((x, i) => new JsonObject { ["id"] = i, ["is_processing"] = x });
        return ReplyAsync(stream, 200, new JsonArray([.. slots]).ToJsonString());
    }

    private async Task PropsAsync(NetworkStream stream)
    {
        await ReplyAsync(stream, 200, new JsonObject
        {
            ["default_generation_settings"] = new JsonObject { ["n_ctx"] = _context },
            ["total_slots"] = _busy.Length,
            ["model_alias"] = _alias,
        }.ToJsonString());
        if (_run.ExitAfterMs is { } wait && Interlocked.Exchange(ref _healthy, 1) == 0)
        {
            await Task.Delay(wait);
            Environment.Exit(7);
        }
    }

    private async Task AnswerAsync(NetworkStream stream, JsonNode body)
    {
        var slot = (int?)body["id_slot"] ?? 0;
        _busy[slot] = true;
        using var left = new CancellationTokenSource();
        // A client sends nothing after its request, so whatever can be read now is its leaving.
        var leaving = Task.Run(async () =>
        {
            try
            {
                _ = await stream.ReadAsync(new byte[1]);
            }
            catch (IOException)
            {
                // It left rudely.
            }
            await left.CancelAsync();
        });
        try
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
            await EventAsync(stream, """{"choices":[],"prompt_progress":{"total":4,"cache":0,"processed":4,"time_ms":0}}""");
            var sent = 0;
            do
            {
                foreach (var token in _run.Tokens)
                {
                    if (_run.Fault is not null && sent == _run.FaultAfter && await FaultAsync(stream, left.Token))
                        return;
                    if (_run.TokenMs > 0)
                        await Task.Delay(_run.TokenMs, left.Token);
                    left.Token.ThrowIfCancellationRequested();
                    await EventAsync(stream, Piece(token, null));
                    sent++;
                }
            }
            while (_run.Endless);
            await EventAsync(stream, Piece(null, "stop"));
            await EventAsync(stream, $$$"""{"choices":[],"usage":{"completion_tokens":{{{sent}}},"prompt_tokens":4}}""");
            await EventAsync(stream, """{"choices":[],"timings":{"cache_n":0,"prompt_ms":1.5,"predicted_ms":2.5}}""");
            await EventAsync(stream, "[DONE]");
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        }
        finally
        {
            _busy[slot] = false;
        }
    }

    /// <returns>Whether the answer ends here.</returns>
    private async Task<bool> FaultAsync(NetworkStream stream, CancellationToken left)
    {
        switch (_run.Fault)
        {
            case "crash":
                await Console.Error.WriteLineAsync("GGML_ASSERT(false) failed in the stand-in");
                Environment.Exit(134);
                return true;
            case "hang":
                await Task.Delay(ForEver, left);
                return true;
            case "garbage":
                await ChunkAsync(stream, "data: {\"choices\":[{\"del\u0001ta\":}]\n\n"u8.ToArray());
                return false;
            case "bad_utf8":
                await ChunkAsync(stream, [.. "data: {\"choices\":[{\"delta\":{\"content\":\""u8, 0xc3, 0x28, 0xff, .. "\"}}]}\n\n"u8]);
                return false;
            case "error":
                await EventAsync(stream, """{"error":{"code":500,"message":"Compute error.","type":"server_error"}}""");
                return false;
            case "long_line":
                while (true)
                    await ChunkAsync(stream, new byte[65536].Select(_ => (byte)'x').ToArray());
            case "cut":
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), left);
                return true;
            default:
                throw new InvalidOperationException("The script names a fault that does not exist.");
        }
    }

    private static string Piece(string? content, string? finish)
    {
        var delta = new JsonObject();
        if (content is not null)
            delta["content"] = content;
        var choice = new JsonObject { ["finish_reason"] = finish, ["index"] = 0, ["delta"] = delta };
        return new JsonObject { ["choices"] = new JsonArray(choice) }.ToJsonString(AsItIs);
    }

    private Task EventAsync(NetworkStream stream, string data) => ChunkAsync(stream, Encoding.UTF8.GetBytes($"data: {data}\n\n"));

    private async Task ChunkAsync(NetworkStream stream, byte[] bytes)
    {
        foreach (var part in _run.ByteByByte ? bytes.Chunk(1) : [bytes])
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"));
            await stream.WriteAsync(part);
            await stream.WriteAsync("\r\n"u8.ToArray());
        }
    }

    private static async Task ReplyAsync(NetworkStream stream, int status, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(body);
    }

    private static async Task<Request?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !CollectionsMarshal.AsSpan(head)[^4..].SequenceEqual("\r\n\r\n"u8))
        {
            if (await stream.ReadAsync(one) == 0)
                return null;
            head.Add(one[0]);
        }
        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n");
        string? Header(string name) =>
            lines.FirstOrDefault(x => x.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
        var body = new byte[int.Parse(Header("Content-Length") ?? "0", CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return new Request(lines[0].Split(' ')[1], Header("Authorization"), body.Length > 0 ? JsonNode.Parse(body)! : new JsonObject());
    }

    private sealed record Request(string Path, string? Authorization, JsonNode Body);
}
