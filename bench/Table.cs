using System.Text;

namespace MeatLizard.Bench;

/// <summary>What the run found, as Markdown.</summary>
internal static class Table
{
    public static string Of(IEnumerable<Row> rows)
    {
        var text = new StringBuilder("| measured | ours | bare | figure | target | holds |\n|---|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            var holds = row.Holds switch { true => "yes", false => "**no**", null => "" };
            text.Append(null, $"| {row.What} | {row.Ours} | {row.Bare} | {row.Figure} | {row.Target} | {holds} |\n");
        }

        return text.ToString();
    }

    public static string Document(IEnumerable<string> machine, IEnumerable<Row> rows) =>
        $"""
        # What it costs

        Written by `bench/run`; MeatLizard against the bare things it stands on.

        - {string.Join("\n- ", machine)}

        {Of(rows)}
        ## How to read it

        - One run. In every round all sides of a comparison take turns on the same machine; a figure is the median of the rounds, and of a ratio or
          a difference the median of each round's own. "bare" is what stands beside "ours" in that row.
        - Client, server, database and llama-server share these cores: what the client costs is in both sides, and what a side costs it also takes
          from llama-server.
        - MeatLizard is its release build in a process of its own, asked over HTTP with an API key; limits are counted, but set so high that
          nobody meets them. Every message is committed before it is answered, and every piece of text before it is sent.
        - Time to first token: from the call to the first `delta`, against the first text of the product's own llama-server when it is asked directly,
          by turns, each with questions of its own; half a megabyte of random model, one stream. The dispatcher's work is included. "added" at
          p99 is the difference of the two sides' 99th percentiles of each round.
        - Tokens/s: all tokens of the streams, until the model's context is full, by the time from the calls to the last end. The pass-through stands before the
          same llama-server, and is asked in turn with both.
        - Messages/s: 16 callers, and every call in a fresh session, because a session has one open turn and nobody answers: the dispatcher is paused. The
          sessions are put into the database before, and the tables emptied after each round, on both sides. The statements of the bare endpoint and of
          pgbench are recorded from the product at the start.
        - Over the link: the worker is the client bot, a process of its own that dials in on loopback. It has a llama-server of its own, and so has the
          worker inside of the server; each is also asked directly, and what the two differ by is taken off.
        - Through Discord: both ends of the relay and the stand-in run in the bench's own process, with limits so wide that nobody waits for them; no
          database and no model behind. The minimal bots post the very messages of that round trip, in a stand-in of their own.
        - Sealing and opening: processor time of the whole process in a tight loop over messages of one chunk.
        - Idle workers: processor time by the kernel's count over a minute. The workers are the product's own connections, all in the bench's process.
        - Session of 10,000: "ours" is the long session and "bare" the one of 100, on the same host in turn; both are longer than the model's window,
          which is the default of 8,192 tokens.
        - Through /v1: calls without a session. First text: one stream at a time; MeatLizard, the pass-through and the Portkey gateway stand before the
          same llama-server, which is also asked directly, each with questions of its own. Completions/s: 64 callers who wait for whole answers, on
          connections that stay open. The provider answers at once, with one word; MeatLizard asks it for a stream, as it asks every provider.
        - A pass-through is Kestrel in front and HttpClient behind: it knows no keys, counts nothing and writes nothing down.
        - The Portkey gateway is the npm package `@portkey-ai/gateway` {Stateless.Portkey.Version}, started by its own script without its page; the headers
          `x-portkey-provider: openai` and `x-portkey-custom-host` of each call name the model's address. One thing had to be changed to run it: with the
          `@hono/node-server` that npm chooses, every stream fails (its issue 1389), so 1.14.1 is set by an override in `bench/Stateless/portkey/`.
        - An answer from the cache: the very same question at temperature 0, of one caller; what the bare endpoint says is as long.
        - WebSocket events: 32 sockets, as many as a user may have, each following the same 32 answers. Late: answers that are being written by a
          provider, a piece every 100 ms, which says when it was said; each piece is committed before it is sent. Events/s: the same answers, when they
          have ended, read again from their beginning. The echo's messages are as long, and go both ways.
        - An idle WebSocket: the growth of VmRSS from 100 sockets to 1,000, by 900, in a fresh process each round, 5 s after the last was opened.

        """;
}
