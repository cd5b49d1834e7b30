namespace MeatLizard.Application.Relay;

/// <summary>
/// For which models somebody waits in this host: whoever comes later stands in line behind them, even when a slot has just become
/// free. The dispatcher draws the line anew each time it goes through the outbox, so nothing that is forgotten here is lost.
/// </summary>
public sealed class WaitingLine
{
    /// <summary>No model has this name: names are not empty.</summary>
    private const string Any = "";

    private readonly Lock _gate = new();
    private HashSet<string> _models = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether somebody waits for this model, or for any.</summary>
    /// <param name="model">Null: any would do, so that everybody who waits is in front.</param>
    public bool StandsBefore(string? model)
    {
        lock (_gate)
        {
            return _models.Count > 0 && (model is null || _models.Contains(model) || _models.Contains(Any));
        }
    }

    public void Join(string? model)
    {
        lock (_gate)
        {
            _models.Add(model ?? Any);
        }
    }

    /// <summary>Those who were found waiting, and nobody else.</summary>
    public void Redraw(IEnumerable<string?> models)
    {
        var line = models.Select(model => model ?? Any).ToHashSet(StringComparer.OrdinalIgnoreCase);
        lock (_gate)
        {
            _models = line;
        }
    }
}
