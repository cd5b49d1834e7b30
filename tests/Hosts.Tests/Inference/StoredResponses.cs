using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using MeatLizard.Testing;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>What tests of stored responses have in common.</summary>
internal static class StoredResponses
{
    public const string Url = "/v1/responses";

    public static string Of(string id, string more = "") => $"{Url}/{id}{more}";

    /// <summary>Asks, in the background unless the body says otherwise.</summary>
    public static async Task<string> Begin(this ApiClient caller, string input)
    {
        var made = await caller.Post(Url, new { model = "echo", input, background = true });
        Assert.That(made.Status, Is.EqualTo(200), made.Text);
        Assert.That(Status(made), Is.EqualTo("queued"), made.Text);
        return made.Id;
    }

    /// <summary>As it is when it has ended.</summary>
    public static async Task<Answer> Ended(this ApiClient caller, string id)
    {
        Answer? now = null;
        await Eventually.Is(async () => Status(now = await caller.Get(Of(id))) is not ("queued" or "in_progress"));
        return now!;
    }

    public static string? Status(Answer response) => response.Json.GetProperty("status").GetString();

    /// <summary>The text of its only message.</summary>
    public static string? Text(Answer response) => response.Json.GetProperty("output").EnumerateArray()
        .Single(item => item.GetProperty("type").GetString() == "message").GetProperty("content")[0].GetProperty("text").GetString();

    public static (string? Code, string? Param) Error(Answer answer)
    {
        var error = answer.Json.GetProperty("error");
        return (error.GetProperty("code").GetString(), error.GetProperty("param").GetString());
    }

    /// <summary>The events from one on, each as it came.</summary>
    /// <param name="most">Leave after so many.</param>
    public static async Task<string[]> Read(this ApiClient caller, string id, long? after = null, int most = int.MaxValue) =>
        [.. (await caller.Events(Of(id, $"?stream=true{(after is null ? "" : $"&starting_after={after}")}"), most: most)).Select(one => one.Data.GetRawText())];

    public static long Number(string happened) => JsonDocument.Parse(happened).RootElement.GetProperty("sequence_number").GetInt64();

    public static string Type(string happened) => JsonDocument.Parse(happened).RootElement.GetProperty("type").GetString()!;
}
