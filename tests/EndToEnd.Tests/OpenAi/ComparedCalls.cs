using System.Text.Json.Nodes;

namespace MeatLizard.EndToEnd.Tests.OpenAi;

/// <summary>The documented calls that are made of us and of llama-server itself.</summary>
internal static class ComparedCalls
{
    private const string Greedy = "\"temperature\":0,\"seed\":7";
    private const string Hello = """[{"role":"user","content":"hello"}]""";
    private const string Look = """{"name":"look","description":"Looks \"ümläut\" <up>","parameters":{"type":"object","properties":{"q":{"type":"boolean"}},"required":["q"]}}""";
    private const string Leave = """{"name":"leave","parameters":{"type":"object","properties":{}}}""";
    private const string Tools = $$"""[ {"type":"function","function": {{Look}} }, {"type":"function","function": {{Leave}} } ]""";
    private const string Verdict = """{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}""";
    private const string Called = """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"look","arguments":ARGUMENTS}}]},{"role":"tool","tool_call_id":"call_1","content":"found Zürich"}""";

    private static readonly string TooLong = string.Join(' ', Enumerable.Repeat("word", 5000));

    public static IReadOnlyList<JsonObject> Chats { get; } =
    [
        Chat("tiny", """[{"role":"user","content":"Why do lizards bask?"}]"""),
        Chat("tiny", """
            [{"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"First,"},{"type":"text","text":"🦎?"}]},
             {"role":"assistant","content":"Go on."},{"role":"user","content":"Was träumt eine Eidechse? 🦎"}]
            """, "\"max_tokens\":40,\"top_p\":0.9,\"frequency_penalty\":0.5,\"presence_penalty\":0.3,\"stop\":[\"zzz\"]"),
        Chat("tiny", Hello, "\"max_completion_tokens\":1"),
        Chat("tiny", Hello, $$$"""
            "response_format":{"type":"json_schema","json_schema":{"name":"verdict","strict":true,"schema":{{{Verdict}}}}},"max_tokens":300
            """),
        Chat("caller", Hello, $"\"tools\":{Tools}"),
        Chat("caller", Hello, $"\"tools\":{Tools},\"tool_choice\":\"auto\",\"seed\":3,\"temperature\":1"),
        Chat("caller", Hello, $"\"tools\":{Tools},\"tool_choice\":\"required\",\"parallel_tool_calls\":false"),
        Chat("caller", Hello, $"\"tools\":{Tools},\"parallel_tool_calls\":true,\"frequency_penalty\":0.5"),
        Chat("caller", Hello, $"\"tools\":{Tools},\"tool_choice\":\"none\""),
        Chat("caller", $"""[{Hello[1..^1]},{Called.Replace("ARGUMENTS", """ "{ \"q\" : true, \"u\":\"Zürich <b>\", \"n\":1.50 }" """, StringComparison.Ordinal)}]""", $"\"tools\":{Tools}"),
        Chat("thinker", Hello),
        Chat("thinker", """[{"role":"user","content":"hello"},{"role":"assistant","content":"Yes.","reasoning_content":"Is it?"},{"role":"user","content":"And?"}]"""),
        Chat("thinker", Hello, "\"max_tokens\":1"),
    ];

    public static IReadOnlyList<JsonObject> Responses { get; } =
    [
        Response("tiny", "\"Why do lizards bask?\"", "\"instructions\":\"Be brief.\""),
        Response("tiny", "\"hello\"", "\"max_output_tokens\":1"),
        Response("thinker", Hello),
        Response("caller", "\"hello\"", $"\"max_output_tokens\":200,\"tools\":[{{\"type\":\"function\",{Look[1..]}]"),
        Response("caller", """
            [{"role":"user","content":"hello"},{"type":"function_call","call_id":"call_1","name":"look","arguments":"{\"q\":true}"},
             {"type":"function_call_output","call_id":"call_1","output":"found"}]
            """),
    ];

    public static IReadOnlyList<JsonObject> Embeddings { get; } =
    [
        Json("""{"model":"vectors","input":["A lizard basks.","Es regnet. 🦎"]}"""),
        Json("""{"model":"vectors","input":"A lizard basks.","encoding_format":"float"}"""),
        Json("""{"model":"vectors","input":"A lizard basks.","encoding_format":"base64"}"""),
    ];

    /// <summary>Refused by both.</summary>
    public static IReadOnlyList<(string Path, JsonObject Body)> Refused { get; } =
    [
        ("v1/chat/completions", Chat("tiny", Asked(TooLong))),
        ("v1/chat/completions", Json("""{"model":"tiny"}""")),
        ("v1/chat/completions", Chat("tiny", "\"hello\"")),
        ("v1/chat/completions", Chat("tiny", Hello, "\"n\":2")),
        ("v1/chat/completions", Chat("tiny", Hello, "\"max_tokens\":\"many\"")),
        ("v1/responses", Response("tiny", $"\"{TooLong}\"")),
        ("v1/responses", Json("""{"model":"tiny"}""")),
        ("v1/embeddings", Json("""{"model":"vectors","input":[]}""")),
        ("v1/embeddings", Json("""{"model":"vectors"}""")),
    ];

    /// <summary>By their names in the documentation.</summary>
    public static Dictionary<string, (string Path, JsonObject? Body)> OneSided { get; } = new()
    {
        ["a parameter that is [refused by name](#v1chatcompletions), such as `logprobs`"] = ("v1/chat/completions", Chat("tiny", Hello, "\"logprobs\":true")),
        ["a parameter of llama-server's own, such as `top_k`"] = ("v1/chat/completions", Chat("tiny", Hello, "\"top_k\":1")),
        ["a parameter that nobody knows"] = ("v1/chat/completions", Chat("tiny", Hello, "\"colour\":\"red\"")),
        ["a value out of its range, such as `max_tokens: 0`"] = ("v1/chat/completions", Chat("tiny", Hello, "\"max_tokens\":0")),
        ["another role"] = ("v1/chat/completions", Chat("tiny", """[{"role":"robot","content":"hello"}]""")),
        ["no message at all"] = ("v1/chat/completions", Chat("tiny", "[]")),
        ["`tool_choice` without tools"] = ("v1/chat/completions", Chat("tiny", Hello, "\"tool_choice\":\"auto\"")),
        ["a model that is not there"] = ("v1/chat/completions", Chat("nobody", Hello)),
        ["a model that only embeds, asked to chat"] = ("v1/chat/completions", Chat("vectors", Hello)),
        ["a model that only chats, asked to embed"] = ("v1/embeddings", Json("""{"model":"tiny","input":"hello"}""")),
        ["an earlier call whose arguments are no JSON (its arguments are left out)"] =
            ("v1/chat/completions", Chat("caller", $"[{Hello[1..^1]},{Called.Replace("ARGUMENTS", """ "{\"q\":" """, StringComparison.Ordinal)}]")),
        ["an empty text to embed"] = ("v1/embeddings", Json("""{"model":"vectors","input":""}""")),
        ["a text to embed that is too long"] = ("v1/embeddings", Json($$"""{"model":"vectors","input":"{{TooLong}}"}""")),
        ["one model by its name"] = ("v1/models/tiny", null),
    };

    /// <summary>What is taken in another sense by the two.</summary>
    public static Dictionary<string, JsonObject> Meant { get; } = new()
    {
        ["named choice"] = Chat("caller", Hello, $$$"""
            "tools":{{{Tools}}},"tool_choice":{"type":"function","function":{"name":"leave"}},"parallel_tool_calls":false
            """),
        ["another choice"] = Chat("caller", Hello, $$"""
            "tools":[{"type":"function","function":{{Leave}} }],"tool_choice":"required","parallel_tool_calls":false
            """),
        ["no parameters"] = Chat("caller", Hello, """
            "tools":[{"type":"function","function":{"name":"leave"}}]
            """),
        ["empty parameters"] = Chat("caller", Hello, $$"""
            "tools":[{"type":"function","function":{{Leave}} }]
            """),
        // After a line's end these models go on.
        ["begun"] = Chat("tiny", $$"""[{{Hello[1..^1]}},{"role":"assistant","content":"Well,\n"}]"""),
        ["form"] = Response("tiny", "\"hello\"", $$$"""
            "max_output_tokens":100,"text":{"format":{"type":"json_schema","name":"verdict","schema":{{{Verdict}}}}}
            """),
    };

    private static string Asked(string text) => $$"""[{"role":"user","content":"{{text}}"}]""";

    private static JsonObject Chat(string model, string messages, string? also = null)
    {
        var body = Json($$"""{"model":"{{model}}","messages":{{messages}},{{Greedy}}}""");
        if (also?.Contains("max_completion_tokens", StringComparison.Ordinal) != true)
        {
            body["max_tokens"] = 200;
        }

        foreach (var (name, value) in Json($$"""{{{also}}}"""))
        {
            body[name] = value?.DeepClone();
        }

        return body;
    }

    private static JsonObject Response(string model, string input, string? also = null) =>
        Json($$"""{"model":"{{model}}","input":{{input}},"temperature":0,"store":false{{(also is null ? "" : "," + also)}}}""");

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
