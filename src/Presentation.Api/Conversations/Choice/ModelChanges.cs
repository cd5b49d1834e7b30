using MeatLizard.Application.Conversations;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>Another model, or with null none. A field that is not there stays as it is.</summary>
internal sealed record ModelChanges
{
    private Change<string>? _model;

    public string? Model
    {
        get => _model?.To;
        set => _model = new(value);
    }

    public Change<string>? ToChange() => _model;
}
