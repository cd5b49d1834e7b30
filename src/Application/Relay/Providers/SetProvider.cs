using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Relay.Providers;

/// <summary>Adds a provider, or says something else of one; it is used at once here, and by the other hosts within seconds.</summary>
/// <param name="Name">1 to 40 lower-case letters, digits and hyphens.</param>
/// <param name="Draft">In place of all that was said before.</param>
/// <param name="Key">Null: the key that is kept stays; empty: none is kept any more.</param>
public sealed record SetProvider(string Name, ProviderDraft Draft, string? Key) : IRequest<Outcome<ProviderReading>>, IForAdmins, IAudited
{
    public string? AuditTarget => Name;

    /// <summary>Without the key, which a record would print.</summary>
    public override string ToString() => $"{nameof(SetProvider)} {Name}";
}

internal sealed class SetProviderValidator : AbstractValidator<SetProvider>
{
    private const int MostModels = 50;
    private const int LongestModel = 200;
    private const int LongestAddress = 500;
    private const int LongestKey = 1000;
    private const decimal Dearest = 1_000_000;

    public SetProviderValidator()
    {
        RuleFor(set => set.Name)
            .Must(name => name.Length is >= 1 and <= 40 && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
            .WithMessage("A provider's name has 1 to 40 lower-case letters, digits and hyphens.");
        RuleFor(set => set.Key)
            .Must(key => key is null || (key.Length <= LongestKey && key.All(c => c is > ' ' and <= '~')))
            .WithMessage($"A key has at most {LongestKey} characters and no spaces.");
        RuleFor(set => set.Draft.Kind).Must(IsPlain).WithMessage("A kind is a word.");
        RuleFor(set => set.Draft.BaseUrl).Must(address => IsPlain(address) && address is not { Length: > LongestAddress })
            .WithMessage($"An address has at most {LongestAddress} characters.");
        RuleFor(set => set.Draft.Models)
            .Must(models => models is null
                || (models.Count <= MostModels && models.All(model => model.Length is >= 1 and <= LongestModel && IsPlain(model) && !model.Contains(','))))
            .WithMessage($"There are up to {MostModels} models, each of 1 to {LongestModel} characters without a comma.");
        RuleFor(set => set.Draft.Thinking).Must(IsPlain).WithMessage("This is adaptive, or a number of tokens.");
        RuleFor(set => set.Draft.Currency).Must(label => label is null || (label.Length is >= 1 and <= 8 && label.All(char.IsAsciiLetter)))
            .WithMessage("A currency is a label of 1 to 8 letters, such as EUR.");
        Money(RuleFor(set => set.Draft.InputPrice));
        Money(RuleFor(set => set.Draft.OutputPrice));
        Money(RuleFor(set => set.Draft.MonthlyBudget));
    }

    private static void Money(IRuleBuilder<SetProvider, decimal?> rule) =>
        rule.Must(amount => amount is null or (>= 0 and <= Dearest)).WithMessage($"This is from 0 to {Dearest:0}.");

    private static bool IsPlain(string? text) => text is null || text.All(c => c is >= ' ' and <= '~');
}

internal sealed class SetProviderHandler(
    IProviders providers, IProviderSettings settings, IProviderVault vault, IUnitOfWork work, TimeProvider time)
    : IRequestHandler<SetProvider, Outcome<ProviderReading>>
{
    public async Task<Outcome<ProviderReading>> Handle(SetProvider command, CancellationToken cancellationToken)
    {
        if (providers.Forbidden is { } forbidden)
        {
            return forbidden;
        }

        var kept = (await settings.List(cancellationToken)).FirstOrDefault(setting => setting.Name == command.Name)?.SealedKey;
        var setting = new ProviderSetting { Name = command.Name, Draft = command.Draft, SealedKey = kept, ChangedAt = time.GetUtcNow() };
        var (address, wrong) = providers.Check(setting);
        if (wrong is not null)
        {
            return wrong;
        }

        switch (command.Key)
        {
            case null when kept is not null && vault.Open(command.Name, address, kept) is null:
                return Refusal.Invalid("key", "key_needed", "The key that is kept was given for another address, and is not sent to this one. Give it again, or an empty one.");
            case "":
                setting = setting with { SealedKey = null };
                break;
            case { } key:
                setting = setting with { SealedKey = vault.Seal(command.Name, address, key) };
                break;
        }

        settings.Save(setting);
        await work.Commit(CommitDurability.Synced, cancellationToken);
        await providers.Refresh(cancellationToken);
        return providers.List().FirstOrDefault(provider => provider.Name == command.Name) is { } reading ? reading : Refusal.NotFound;
    }
}
