using System.Net;

namespace MeatLizard.Infrastructure.Discord.Native;

/// <summary>
/// Fetches attachments. Their addresses come in messages that anybody may have written, so only configured hosts are asked, without
/// following them elsewhere, and without the token.
/// </summary>
internal sealed class AttachmentDownload(DiscordOptions options, HttpClient http, TimeProvider time, Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task<byte[]> Fetch(DiscordAttachment attachment, int most, CancellationToken cancellationToken)
    {
        if (!options.Cdn.Append(options.Api).Any(one => IsSame(one, attachment.Url)))
        {
            throw new DiscordException(DiscordProblem.Refused, "The attachment does not lie where Discord keeps attachments; it is not fetched.");
        }

        if (attachment.Size > most)
        {
            throw TooLarge(most);
        }

        for (var failures = 1; ; failures++)
        {
            var (bytes, failed) = await Try(attachment.Url, most, cancellationToken);
            if (bytes is not null)
            {
                return bytes;
            }

            if (failures >= options.Attempts)
            {
                throw new DiscordException(DiscordProblem.Unreachable, $"The attachment did not come, in {failures} attempts.", failed);
            }

            await Task.Delay(Pauses.After(failures, FirstPause, LongestPause, random), time, cancellationToken);
        }
    }

    private static bool IsSame(Uri allowed, Uri asked) =>
        asked.IsAbsoluteUri
        && asked.UserInfo.Length == 0
        && (allowed.Scheme, allowed.IdnHost, allowed.Port) == (asked.Scheme, asked.IdnHost, asked.Port);

    private static DiscordException TooLarge(int most) =>
        new(DiscordProblem.Refused, $"The attachment is larger than the {most:N0} bytes that are taken here; it is not fetched.");

    private async Task<(byte[]? Bytes, Exception? Failed)> Try(Uri url, int most, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.AnswerWithin * 4, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var response = await http.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests)
            {
                return (null, null);
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new DiscordException(
                    DiscordProblem.Gone, $"The attachment is not there, or not any more ({(int)response.StatusCode}). Fetch its message again.")
                {
                    Status = response.StatusCode,
                };
            }

            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return (await Read(body, most, either.Token), null);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException
            || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, failed);
        }
    }

    private static async Task<byte[]> Read(Stream body, int most, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var piece = new byte[81_920];
        while (await body.ReadAsync(piece, cancellationToken) is > 0 and var length)
        {
            if (bytes.Length + length > most)
            {
                throw TooLarge(most);
            }

            bytes.Write(piece, 0, length);
        }

        return bytes.ToArray();
    }
}
