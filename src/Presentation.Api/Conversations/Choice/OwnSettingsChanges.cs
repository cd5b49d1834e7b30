using MeatLizard.Application.Conversations;
using MeatLizard.Application.Conversations.Choice;

namespace MeatLizard.Presentation.Api.Conversations.Choice;

/// <summary>What is to change. A field that is not there stays as it is; null takes a value away.</summary>
internal sealed record OwnSettingsChanges
{
    private Change<string>? _model;
    private Change<string>? _prompt;

    public string? Model
    {
        get => _model?.To;
        set => _model = new(value);
    }

    public string? SystemPrompt
    {
        get => _prompt?.To;
        set => _prompt = new(value);
    }

    public ChangeOwnDefaults ToCommand() => new(_model, _prompt);
}
