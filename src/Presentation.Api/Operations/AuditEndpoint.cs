using MeatLizard.Application;
using MeatLizard.Application.Operations;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Operations;

internal static class AuditEndpoint
{
    public static void MapAudit(this IEndpointRouteBuilder api) =>
        api.MapGet("/admin/audit", List).RequireAuthorization(Access.Admin).Produces<ListContract<AuditContract>>()
            .WithSummary("Who has asked for what, newest first").Takes(QueryParameter.Limit, QueryParameter.Cursor).Refuses(400, 401, 403);

    private static async Task<IResult> List(
        Paging paging, SignedInCaller caller, UseCases useCases, ApiMapper mapper, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListAudit(paging.Limit, paging.Cursor), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var page)
            ? Answers.Refused(refusal)
            : Answers.Page(
                new ListContract<AuditContract>([.. page.Items.Select(mapper.Map<AuditContract>)], page.NextCursor),
                ApiJson.Wire.ListContractAuditContract);
    }
}
