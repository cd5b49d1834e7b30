namespace MeatLizard.Bench;

/// <summary>One thing that is measured: once prepared, then round by round in turn with the others.</summary>
internal interface IMeasure
{
    string Name { get; }

    /// <summary>Starts and warms up what it needs; none of this is measured.</summary>
    Task Prepare(CancellationToken cancellationToken);

    Task Round(CancellationToken cancellationToken);

    IEnumerable<Row> Rows();
}
