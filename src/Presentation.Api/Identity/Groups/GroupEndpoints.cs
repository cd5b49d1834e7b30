using MeatLizard.Application;
using MeatLizard.Application.Identity.Groups;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity.People;

namespace MeatLizard.Presentation.Api.Identity.Groups;

/// <summary>Who is counted together: for admins.</summary>
internal static class GroupEndpoints
{
    public static void MapGroups(this IEndpointRouteBuilder api)
    {
        var groups = api.MapGroup("/admin/groups").RequireAuthorization(Access.Admin);
        groups.MapGet("", List).Produces<ListContract<GroupContract>>().WithSummary("All groups, by name").Refuses(401, 403);
        groups.MapPost("", Form).Produces<GroupContract>(201).WithSummary("Make a group").Refuses(400, 401, 403, 409);
        groups.MapPatch("/{id:guid}", Rename).Produces<GroupContract>().WithSummary("Give a group another name").Refuses(400, 401, 403, 404, 409);
        groups.MapDelete("/{id:guid}", Remove).Produces(204).WithSummary("Take a group away, with its limits").Refuses(401, 403, 404);
        groups.MapGet("/{id:guid}/members", Members).Produces<ListContract<PersonContract>>().WithSummary("Who is in a group, by name")
            .Refuses(401, 403, 404);
        groups.MapPut("/{id:guid}/members/{user:guid}", Join).Produces(204).WithSummary("Put somebody into a group").Refuses(401, 403, 404);
        groups.MapDelete("/{id:guid}/members/{user:guid}", Leave).Produces(204).WithSummary("Take somebody out of a group")
            .Refuses(401, 403, 404);
    }

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListGroups(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<GroupContract>([.. page.Items.Select(Contract)], page.NextCursor), ApiJson.Wire.ListContractGroupContract);
    }

    private static async Task<IResult> Form(
        Body<GroupRequest> body, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new FormGroup(body.Value.Name), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var group)
            ? Answers.Refused(refusal)
            : Answers.Json(Contract(group), ApiJson.Wire.GroupContract, StatusCodes.Status201Created);
    }

    private static async Task<IResult> Rename(
        Guid id, Body<GroupRequest> body, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new RenameGroup(new(id), body.Value.Name), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var group)
            ? Answers.Refused(refusal)
            : Answers.Json(Contract(group), ApiJson.Wire.GroupContract);
    }

    private static async Task<IResult> Members(
        Guid id, SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListGroupMembers(new(id)), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<PersonContract>([.. page.Items.Select(mapper.Map<PersonContract>)], page.NextCursor),
                ApiJson.Wire.ListContractPersonContract);
    }

    private static Task<IResult> Remove(Guid id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken) =>
        Done(new RemoveGroup(new(id)), caller, useCases, cancellationToken);

    private static Task<IResult> Join(Guid id, Guid user, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken) =>
        Done(new PutIntoGroup(new(id), new(user)), caller, useCases, cancellationToken);

    private static Task<IResult> Leave(Guid id, Guid user, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken) =>
        Done(new TakeOutOfGroup(new(id), new(user)), caller, useCases, cancellationToken);

    private static async Task<IResult> Done(
        MediatR.IRequest<Outcome<MediatR.Unit>> command, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(command, caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static GroupContract Contract(GroupOverview overview) =>
        new(overview.Group.Id.Value, overview.Group.Name, overview.Members, overview.Group.CreatedAt);
}
