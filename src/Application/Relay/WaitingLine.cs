namespace MeatLizard.Application.Relay;

/// <summary>
/// For which models somebody waits in this host: whoever comes later stands in line behind them, even when a slot has just become
/// free. Calls come and go one by one; of the requests in the outbox the dispatcher draws the line anew each time it goes through
/// it, so nothing that is forgotten here is lost.
/// </summary>
public sealed class WaitingLine
{
    /// <summary>No model has this name: names are not empty.</summary>
    private const string Any = "";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _calls = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> _models = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether somebody waits for this model, or for any.</summary>
    /// <param name="model">Null: any would do, so that everybody who waits is in front.</param>
    public bool StandsBefore(string? model)
    {
        lock (_gate)
        {
            return model is null
                ? _models.Count + _calls.Count > 0
                : _models.Contains(model) || _models.Contains(Any) || _calls.ContainsKey(model);
        }
    }

    /// <summary>Whether somebody in the outbox waits.</summary>
    public bool HasOutbox
    {
        get
        {
            lock (_gate)
            {
                return _models.Count > 0;
            }
        }
    }

    public void Join(string? model)
    {
        lock (_gate)
        {
            _models.Add(model ?? Any);
        }
    }

    /// <summary>A call that is in no outbox waits; until <see cref="CallLeaves"/>.</summary>
    public void CallJoins(string model)
    {
        lock (_gate)
        {
            _calls[model] = _calls.GetValueOrDefault(model) + 1;
        }
    }

    /// <summary>Once for each <see cref="CallJoins"/>.</summary>
    public void CallLeaves(string model)
    {
        lock (_gate)
        {
            if (_calls.GetValueOrDefault(model) is > 1 and var waiting)
            {
                _calls[model] = waiting - 1;
            }
            else
            {
                _calls.Remove(model);
            }
        }
    }

    /// <summary>Those who were found waiting in the outbox, and nobody else there.</summary>
    public void Redraw(IEnumerable<string?> models)
    {
        var line = models.Select(model => model ?? Any).ToHashSet(StringComparer.OrdinalIgnoreCase);
        lock (_gate)
        {
            _models = line;
        }
    }
}
