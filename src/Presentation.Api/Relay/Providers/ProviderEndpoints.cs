using MeatLizard.Application;
using MeatLizard.Application.Relay.Providers;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Identity;

namespace MeatLizard.Presentation.Api.Relay.Providers;

/// <summary>Models elsewhere: for admins.</summary>
internal static class ProviderEndpoints
{
    public static void MapProviders(this IEndpointRouteBuilder api)
    {
        var providers = api.MapGroup("/admin/providers").RequireAuthorization(Access.Admin);
        providers.MapGet("", List).Produces<ListContract<ProviderContract>>().WithSummary("All providers, in the order in which they are asked")
            .Refuses(401, 403, 409);
        providers.MapGet("/{id}", Read).Produces<ProviderContract>().WithSummary("One provider").Refuses(401, 403, 404, 409);
        providers.MapPut("/{id}", Set).Produces<ProviderContract>().WithSummary("Add a provider, or say something else of one; its key is never shown")
            .Refuses(400, 401, 403, 409);
        providers.MapDelete("/{id}", Remove).Produces(204).WithSummary("Forget what was said of a provider, its key included")
            .Refuses(401, 403, 404, 409);
    }

    private static async Task<IResult> List(SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListProviders(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var all)
            ? Answers.Refused(refusal)
            : Answers.Page(new ListContract<ProviderContract>([.. all.Select(Contract)], null), ApiJson.Wire.ListContractProviderContract);
    }

    private static async Task<IResult> Read(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new ListProviders(), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var all) ? Answers.Refused(refusal)
            : all.FirstOrDefault(provider => provider.Name == id) is { } found ? Answers.Json(Contract(found), ApiJson.Wire.ProviderContract)
            : Answers.Refused(Refusal.NotFound);
    }

    private static async Task<IResult> Set(
        string id, Body<ProviderRequest> body, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var asked = body.Value;
        var draft = new ProviderDraft
        {
            Kind = asked.Kind,
            BaseUrl = asked.BaseUrl,
            Models = asked.Models,
            Thinking = asked.Thinking,
            Patience = asked.PatienceSeconds is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.SecondsPerDay)) : null,
            Order = asked.Order,
            InputPrice = asked.InputPrice,
            OutputPrice = asked.OutputPrice,
            Currency = asked.Currency,
            MonthlyBudget = asked.MonthlyBudget,
        };
        var outcome = await useCases.Send(new SetProvider(id, draft, asked.Key), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out var reading)
            ? Answers.Refused(refusal)
            : Answers.Json(Contract(reading), ApiJson.Wire.ProviderContract);
    }

    private static async Task<IResult> Remove(string id, SignedInCaller caller, UseCases useCases, CancellationToken cancellationToken)
    {
        var outcome = await useCases.Send(new RemoveProvider(id), caller.Actor, cancellationToken);
        return outcome.IsRefused(out var refusal, out _) ? Answers.Refused(refusal) : TypedResults.NoContent();
    }

    private static ProviderContract Contract(ProviderReading provider) => new()
    {
        Id = provider.Name,
        Kind = provider.Kind,
        BaseUrl = provider.BaseUrl,
        Models = provider.Models,
        Configured = provider.IsConfigured,
        Kept = provider.IsKept,
        Key = provider.KeyIsKept ? "kept" : provider.HasKey ? "configured" : "none",
        Thinking = provider.Thinking,
        PatienceSeconds = provider.Patience.TotalSeconds,
        Order = provider.Order,
        Circuit = provider.Circuit,
        Code = provider.Code,
        Cause = provider.Cause,
        RetriesAt = provider.RetriesAt,
        InputPrice = provider.InputPrice,
        OutputPrice = provider.OutputPrice,
        Currency = provider.Currency,
        MonthlyBudget = provider.MonthlyBudget,
        Spent = provider.Spent,
    };
}
