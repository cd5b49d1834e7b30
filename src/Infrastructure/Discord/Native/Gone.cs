using MeatLizard.Infrastructure.Discord.Native.Rest;

namespace MeatLizard.Infrastructure.Discord.Native;

/// <summary>Taking away what somebody else, or an earlier attempt, has taken away already.</summary>
internal static class Gone
{
    public const int Channel = 10003;
    public const int Message = 10008;
    public const int Overwrite = 10009;

    /// <param name="code">What Discord says when the thing itself is not there; that something around it is missing stays an error.</param>
    public static async Task IsFine(RestClient rest, RestCall call, int code, CancellationToken cancellationToken)
    {
        try
        {
            await rest.Send(call with { IsRepeatable = true }, cancellationToken);
        }
        catch (DiscordException gone) when (gone.Problem == DiscordProblem.Gone && gone.Code == code)
        {
        }
    }
}
