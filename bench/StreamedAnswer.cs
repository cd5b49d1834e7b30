using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MeatLizard.Bench;

/// <summary>One answer read to its end, by the same client whoever gives it.</summary>
/// <param name="FirstText">From the call to the first piece of text; null when the model ended before it said anything.</param>
/// <param name="Whole">From the call to the end of the stream.</param>
/// <param name="Tokens">As the answerer counted them.</param>
internal sealed partial record StreamedAnswer(TimeSpan? FirstText, TimeSpan Whole, int Tokens)
{
    /// <summary>The first event that carries text.</summary>
    public static Func<string, bool> OfLlama { get; } = text => LlamaText().IsMatch(text);

    public static Func<string, bool> OfProduct { get; } = text => text.Contains("event: delta\n", StringComparison.Ordinal);

    public static async Task<StreamedAnswer> Read(
        HttpClient http, HttpRequestMessage request, Func<string, bool> holdsText, CancellationToken cancellationToken)
    {
        using var _ = request;
        var started = Stopwatch.GetTimestamp();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"{request.RequestUri}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var heard = new StringBuilder();
        var buffer = new byte[16 * 1024];
        TimeSpan? first = null;
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var length)
        {
            var now = Stopwatch.GetElapsedTime(started);
            heard.Append(Encoding.UTF8.GetString(buffer, 0, length));
            if (first is null && holdsText(heard.ToString()))
            {
                first = now;
            }
        }

        var whole = Stopwatch.GetElapsedTime(started);
        var text = heard.ToString();
        var tokens = CompletionTokens().Match(text);
        return tokens.Success
            ? new(first, whole, int.Parse(tokens.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : throw new InvalidDataException($"{request.RequestUri} gave no whole answer: {(text.Length > 2000 ? text[^2000..] : text)}");
    }

    [GeneratedRegex("\"content\":\"[^\"]")]
    private static partial Regex LlamaText();

    [GeneratedRegex("\"completion_tokens\":([0-9]+)")]
    private static partial Regex CompletionTokens();
}
