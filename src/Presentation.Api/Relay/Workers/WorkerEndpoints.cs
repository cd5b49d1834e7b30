using System.Globalization;
using MeatLizard.Application;
using MeatLizard.Application.Identity.Quotas;
using MeatLizard.Application.Relay.Workers;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Relay.Workers;

internal static class WorkerEndpoints
{
    public static void MapWorkers(this IEndpointRouteBuilder api)
    {
        var workers = api.MapGroup("/admin/workers").RequireAuthorization(Access.Admin);
        workers.MapGet("", List).Produces<ListContract<WorkerContract>>().WithSummary("All workers, by name").Refuses(401, 403);
        workers.MapPost("", Invite).Produces<InvitationContract>(201).WithSummary("Make a one-time code for a new worker; it is shown once")
            .Refuses(400, 401, 403, 409);
        workers.MapDelete("/{id}", Revoke).Produces(204).WithSummary("Send a worker away for good").Refuses(401, 403, 404);
        workers.MapPost("/{id}/drain", Drain).Produces(204).WithSummary("Give a worker nothing new").Refuses(401, 403, 404, 409);
        workers.MapPut("/{id}/bot", SetBot).Produces(204).WithSummary("Say which Discord bot a worker posts with").Refuses(400, 401, 403, 404, 409);
        workers.MapPost("/{id}/rotate", Rotate).Produces(202).WithSummary("Give a worker another key").Refuses(401, 403, 404, 409);
        api.MapPost("/enrol", Enrol).AllowAnonymous().Produces<EnrolledContract>().WithSummary("Exchange a one-time code for a worker's key")
            .Refuses(400, 403, 429);
    }

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListWorkers(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var workers)
            ? Answers.Refused(refusal)
            : Answers.Page(new ListContract<WorkerContract>([.. workers.Select(Contract)], null), ApiJson.Wire.ListContractWorkerContract);
    }

    private static async Task<IResult> Invite(
        Body<InviteWorkerRequest> body, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new InviteWorker(body.Value.Name), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var invited)
            ? Answers.Refused(refusal)
            : Answers.Json(
                new InvitationContract(
                    invited.Id.Value,
                    invited.Code,
                    invited.ExpiresAt,
                    $"./worker enrol {http.Request.Scheme}://{http.Request.Host}/#{invited.Code}"),
                ApiJson.Wire.InvitationContract,
                StatusCodes.Status201Created);
    }

    private static async Task<IResult> Revoke(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new RevokeWorker(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static async Task<IResult> Drain(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new DrainWorker(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static async Task<IResult> SetBot(
        string id, Body<WorkerBotRequest> body, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new SetWorkerBot(new(id), body.Value.BotId), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static async Task<IResult> Rotate(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new RotateWorker(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Enrol(
        Body<EnrolRequest> body, HttpContext http, UseCases useCases, RateLimits limits, CancellationToken cancellationToken)
    {
        // Guessing is as slow here as at the sign-in, and hopeless besides: a code has 100 random bits.
        var verdict = await limits.TakeSignIn($"enrol {http.Connection.RemoteIpAddress}", http.Connection.RemoteIpAddress, cancellationToken);
        RateLimitHeaders.Write(http, verdict);
        if (!verdict.Granted)
        {
            return Answers.Refused(verdict.Refusal);
        }

        var outcome = await useCases.Send(new EnrolWorker(body.Value.Code, body.Value.Claim), null, cancellationToken);
        return outcome.IsRefused(out var refusal, out var enrolled)
            ? Answers.Refused(refusal)
            : Answers.Json(
                new EnrolledContract(enrolled.Id.Value, Convert.ToHexStringLower(enrolled.Root)), ApiJson.Wire.EnrolledContract);
    }

    private static WorkerContract Contract(WorkerOverview worker) => new()
    {
        Id = worker.Id.Value,
        Enrolment = worker.Enrolment is { } enrolment ? Word(enrolment.Status) : null,
        CodeExpiresAt = worker.Enrolment is { Status: EnrolmentStatus.Invited } invited ? invited.CodeExpiresAt : null,
        Rotating = worker.Enrolment?.NextSealedRoot is not null,
        State = worker.Presence is { Draining: true } ? Word(WorkerStatus.Draining) : Word(worker.Last?.Status ?? WorkerStatus.Offline),
        Carrier = worker.Last?.Carrier,
        Models = [.. worker.Presence?.Models.Select(model => model.Name) ?? []],
        Slots = worker.Last?.Slots ?? 0,
        SlotsFree = worker.Presence?.SlotsFree ?? 0,
        Hardware = worker.Last?.Hardware,
        Draining = worker.Presence?.DrainReason,
        TokensPerSecond = worker.Presence?.LastBeat?.TokensPerSecond,
        Power = worker.Presence?.LastBeat?.Power,
        Gpu = worker.Presence?.LastBeat?.Gpu,
        Thermal = worker.Presence?.LastBeat?.Thermal,
        Memory = worker.Presence?.LastBeat?.Memory,
        GpuMemory = worker.Presence?.LastBeat?.GpuMemory,
        HeardAt = worker.Presence?.HeardAt,
        Problem = worker.Presence?.Problem ?? worker.Last?.Problem,
        TurnedAwayAt = worker.TurnedAwayAt,
        SeenAt = worker.Last?.SeenAt,
    };

    private static string Word<T>(T status)
        where T : struct, Enum => status.ToString().ToLower(CultureInfo.InvariantCulture);
}
