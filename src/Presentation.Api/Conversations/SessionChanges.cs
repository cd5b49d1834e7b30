using System.Text.Json.Serialization;
using MeatLizard.Application.Conversations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Presentation.Api.Calls;

namespace MeatLizard.Presentation.Api.Conversations;

/// <summary>What is to change. A field that is not there stays as it is; null takes a value away.</summary>
internal sealed record SessionChanges
{
    private SessionPatch _patch = new();

    public string? Title
    {
        get => _patch.Title?.To;
        set => _patch = _patch with { Title = new(value) };
    }

    public string? Model
    {
        get => _patch.Model?.To;
        set => _patch = _patch with { Model = new(value) };
    }

    public string? SystemPrompt
    {
        get => _patch.SystemPrompt?.To;
        set => _patch = _patch with { SystemPrompt = new(value) };
    }

    public double? Temperature
    {
        get => _patch.Temperature?.To;
        set => _patch = _patch with { Temperature = new(value) };
    }

    public string? Persona
    {
        get => _patch.Persona?.To;
        set => _patch = _patch with { Persona = new(value) };
    }

    /// <summary>Any message of the branch that is to stand in front.</summary>
    public Guid? LeafId
    {
        get => _patch.LeafId?.Value;
        set => _patch = _patch with
        {
            LeafId = value is { } id ? new MessageId(id) : throw new FieldException("", "invalid_value", "This cannot be null."),
        };
    }

    /// <summary>archived closes, active reopens.</summary>
    [JsonConverter(typeof(ChosenStatus))]
    public SessionStatus? Status
    {
        get => _patch.Status;
        set => _patch = _patch with { Status = value };
    }

    public SessionPatch ToPatch() => _patch;
}
