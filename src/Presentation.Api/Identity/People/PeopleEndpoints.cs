using MeatLizard.Application;
using MeatLizard.Application.Identity.People;
using MeatLizard.Domain.Identity;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Identity.People;

/// <summary>Who may come in, and who is here: for admins.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/admin/users").RequireAuthorization(Access.Admin);
        users.MapGet("", List).Produces<ListContract<PersonContract>>().WithSummary("Everybody with an account").Takes(QueryParameter.Limit, QueryParameter.Cursor).Refuses(400, 401, 403);
        users.MapPatch("/{id:guid}", Change).Produces<PersonContract>().WithSummary("Give somebody another role, suspend them or let them in again")
            .Refuses(400, 401, 403, 404, 409);
        users.MapPost("/{id:guid}/recovery", Recover).Produces<RecoveryContract>(201)
            .WithSummary("Make a one-time link for somebody who has forgotten their password").Refuses(401, 403, 404, 409);

        var invitations = api.MapGroup("/admin/invitations").RequireAuthorization(Access.Admin);
        invitations.MapGet("", ListInvitations).Produces<ListContract<PersonInvitationContract>>().WithSummary("Invitations, newest first").Takes(QueryParameter.Limit, QueryParameter.Cursor)
            .Refuses(400, 401, 403);
        invitations.MapPost("", Invite).Produces<PersonInvitationContract>(201).WithSummary("Invite somebody; the link is shown once")
            .Refuses(400, 401, 403, 409);
        invitations.MapDelete("/{id:guid}", Revoke).Produces(204).WithSummary("Take an invitation back").Refuses(401, 403, 404, 409);
    }

    private static async Task<IResult> List(
        Paging paging, SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListUsers(paging.Limit, paging.Cursor), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<PersonContract>([.. page.Items.Select(mapper.Map<PersonContract>)], page.NextCursor),
                ApiJson.Wire.ListContractPersonContract);
    }

    private static async Task<IResult> Change(
        Guid id, Body<PersonChanges> body, SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ChangeUser(new(id), body.Value.Role, body.Value.Status), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var account)
            ? Answers.Refused(refusal)
            : Answers.Json(mapper.Map<PersonContract>(account), ApiJson.Wire.PersonContract);
    }

    private static async Task<IResult> Recover(
        Guid id, SignedInCaller caller, HttpContext http, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new OfferRecovery(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var recovery)
            ? Answers.Refused(refusal)
            : Answers.Json(
                new RecoveryContract(Link(http, "recover", recovery.Token), recovery.ExpiresAt),
                ApiJson.Wire.RecoveryContract,
                StatusCodes.Status201Created);
    }

    private static async Task<IResult> ListInvitations(
        Paging paging, SignedInCaller caller, UseCases useCases, TimeProvider time, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListInvitations(paging.Limit, paging.Cursor), caller.Actor, cancellationToken);
        var now = time.GetUtcNow();
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<PersonInvitationContract>([.. page.Items.Select(invitation => Contract(invitation, now))], page.NextCursor),
                ApiJson.Wire.ListContractPersonInvitationContract);
    }

    private static async Task<IResult> Invite(
        Body<InvitationRequest> body,
        SignedInCaller caller,
        HttpContext http,
        UseCases useCases,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var asked = body.Value;
        var outcome = await useCases.Send(
            new InviteUser(asked.Role, asked.Note, asked.ValidForHours is { } hours ? TimeSpan.FromHours(hours) : null),
            caller.Actor,
            cancellationToken);
        return outcome.IsRefused(out var refusal, out var invited)
            ? Answers.Refused(refusal)
            : Answers.Json(
                Contract(invited.Invitation, time.GetUtcNow()) with { Link = Link(http, "invite", invited.Token) },
                ApiJson.Wire.PersonInvitationContract,
                StatusCodes.Status201Created);
    }

    private static async Task<IResult> Revoke(Guid id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new RevokeInvitation(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    /// <summary>The token stands in the fragment, which browsers send to nobody.</summary>
    private static string Link(HttpContext http, string what, string token) => $"{http.Request.Scheme}://{http.Request.Host}/#{what}={token}";

    internal static PersonInvitationContract Contract(InvitationState invitation, DateTimeOffset now) => new()
    {
        Id = invitation.Id.Value,
        Role = invitation.Role,
        Note = invitation.Note,
        State = invitation switch
        {
            { UsedAt: not null } => "used",
            { RevokedAt: not null } => "revoked",
            _ when invitation.ExpiresAt <= now => "expired",
            _ => "open",
        },
        CreatedAt = invitation.CreatedAt,
        ExpiresAt = invitation.ExpiresAt,
        UsedBy = invitation.UsedBy?.Value,
    };
}
