using System.Globalization;
using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>How a caller wants to hear of a turn: at once, when the answer is there, or as its events.</summary>
internal sealed record TurnAnswer(bool Html, bool AsEvents, TimeSpan? Wait)
{
    private const int LongestWait = 300;

    /// <summary>Before anything is done: what is wrong with the wish is said while nothing has happened.</summary>
    public static TurnAnswer Read(HttpContext http) => new(
        Query.Flag(http, QueryParameter.Html.Name),
        AsksForEvents(http.Request),
        ReadWait(http.Request));

    public IResult For(SubmittedTurn turn, SignedInCaller caller, bool isRepeatable) => this switch
    {
        { AsEvents: true } => new EventStreamAnswer(turn.Request.Id, after: 0, Html, turn.Events),
        { Wait: { } wait } => new WaitingAnswer(turn, caller, wait, Html, cancelsWhenLeft: !isRepeatable),
        _ => new TakenAnswer(turn, Html),
    };

    private static bool AsksForEvents(HttpRequest request)
    {
        foreach (var accepted in request.Headers.Accept)
        {
            if (accepted?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>As RFC 7240 has it: parameters and preferences that mean nothing here are passed over, and the first of a name counts.</summary>
    private static TimeSpan? ReadWait(HttpRequest request)
    {
        foreach (var preference in request.Headers.GetCommaSeparatedValues("Prefer"))
        {
            var pair = preference.Split(';', 2)[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (!pair[0].Equals("wait", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            return int.TryParse(pair[^1].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= 1 and <= LongestWait
                ? TimeSpan.FromSeconds(seconds)
                : throw new RefusedException(
                    Refusal.Invalid("Prefer", "invalid_value", $"wait is a number of seconds from 1 to {LongestWait}."));
        }

        return null;
    }
}
