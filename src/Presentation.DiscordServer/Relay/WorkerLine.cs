using System.Globalization;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Presentation.DiscordServer.Relay;

/// <summary>A worker in one line.</summary>
internal static class WorkerLine
{
    private const int Longest = 60;

    public static string Of(WorkerOverview worker) =>
        string.Join(" \u00b7 ", Parts(worker).Where(part => part.Length > 0));

    private static IEnumerable<string> Parts(WorkerOverview worker)
    {
        yield return $"`{worker.Id}` {State(worker)}";
        if (worker.Presence is { } here)
        {
            yield return $"{here.SlotsFree} of {here.Slots} slots free";
            yield return string.Create(CultureInfo.InvariantCulture, $"{here.LastBeat?.TokensPerSecond ?? 0:0.0} tokens/s");
        }

        if (worker.TurnedAwayAt is { } at)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"another process with its key was turned away at {at:yyyy-MM-dd HH:mm} UTC");
        }

        if (worker.Presence is not null || worker.Last?.Status is WorkerStatus.Online or WorkerStatus.Draining)
        {
            yield return worker.Presence?.Carrier ?? worker.Last?.Carrier ?? "";
            yield return Told("", worker.Last?.Hardware);
            yield return Told("GPU ", worker.Presence?.LastBeat?.Gpu);
            yield return Told("GPU memory ", worker.Presence?.LastBeat?.GpuMemory);
            yield return Told("memory ", worker.Presence?.LastBeat?.Memory);
            yield return Told("power ", worker.Presence?.LastBeat?.Power);
            yield return Told("thermal ", worker.Presence?.LastBeat?.Thermal);
        }
    }

    private static string State(WorkerOverview worker) => worker switch
    {
        { Enrolment.Status: EnrolmentStatus.Revoked } => "revoked",
        { Presence: { Draining: true } here } => here.DrainReason is { } reason ? $"draining ({Plain(reason)})" : "draining",
        { Presence.Problem: { } problem } => $"cannot answer: {Plain(problem)}",
        { Presence: not null } => "online",
        { Last.Status: WorkerStatus.Online } => "online at another host",
        { Last.Status: WorkerStatus.Draining } => "draining at another host",
        { Enrolment.Status: EnrolmentStatus.Invited } => "invited",
        _ => "offline",
    };

    private static string Told(string what, string? text) => string.IsNullOrWhiteSpace(text) ? "" : $"{what}{Plain(text)}";

    /// <summary>A worker's own words, as code: they format nothing and mention nobody.</summary>
    private static string Plain(string text)
    {
        var clean = string.Concat(text.Where(one => !char.IsControl(one) && one != '`'));
        return $"`{(clean.Length <= Longest ? clean : $"{clean[..Longest]}…")}`";
    }
}
