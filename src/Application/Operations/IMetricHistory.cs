namespace MeatLizard.Application.Operations;

/// <summary>A row a minute.</summary>
public interface IMetricHistory
{
    /// <summary>At the commit. Of several hosts that write the same minute the first one's row stays.</summary>
    void Add(MetricSample sample);

    /// <summary>At the commit.</summary>
    void RemoveBefore(DateTimeOffset time);
}
