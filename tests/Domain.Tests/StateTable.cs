using System.Reflection;

namespace MeatLizard.Domain.Tests;

/// <summary>
/// Every state against every verb, as a table that reads like one. A cell is the state that follows or the code of the
/// refusal. A state, a verb or a factory that the table does not know is a failure, so nobody adds one without thinking.
/// </summary>
/// <typeparam name="TAggregate">Its public methods are the verbs, those named as queries apart.</typeparam>
/// <typeparam name="TState">The record that it stores.</typeparam>
internal sealed class StateTable<TAggregate, TState>
    where TAggregate : AggregateRoot<TState>
    where TState : class
{
    /// <summary>All states there are, by name, made from their enumeration wherever there is one.</summary>
    public required IReadOnlyDictionary<string, Func<TAggregate>> States { get; init; }

    /// <summary>By a row's name, which begins with the method's: <c>Fail (for good)</c> calls <c>Fail</c>.</summary>
    public required IReadOnlyDictionary<string, Action<TAggregate>> Verbs { get; init; }

    /// <summary>The state's name as the table has it.</summary>
    public required Func<TAggregate, string> Name { get; init; }

    /// <summary>Static methods that make the aggregate.</summary>
    public required string[] Births { get; init; }

    public string[] Queries { get; init; } = [];

    public void Holds(string table)
    {
        var lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Cells).ToArray();
        var states = lines[0][1..];
        var rows = lines[1..].ToDictionary(row => row[0], row => row[1..]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(states, Is.EquivalentTo(States.Keys), "The table's columns are the states there are.");
            Assert.That(rows.Keys, Is.EquivalentTo(Verbs.Keys), "The table's rows are the verbs that the test can call.");
            Assert.That(
                rows.Keys.Select(row => row.Split(' ')[0]).Distinct(),
                Is.EquivalentTo(Methods(BindingFlags.Instance).Except(Queries)),
                "Every public method is a row or a query.");
            Assert.That(Births, Is.EquivalentTo(Methods(BindingFlags.Static)), "Every factory is known.");
        }

        using (Assert.EnterMultipleScope())
        {
            foreach (var (verb, expected) in rows)
            {
                for (var i = 0; i < states.Length; i++)
                {
                    Check(states[i], verb, expected[i]);
                }
            }
        }
    }

    private void Check(string state, string verb, string expected)
    {
        var aggregate = States[state]();
        var (before, version) = (aggregate.State, aggregate.Version);
        Assert.That(Name(aggregate), Is.EqualTo(state));
        string? refused = null;
        try
        {
            Verbs[verb](aggregate);
        }
        catch (DomainException refusal)
        {
            refused = refusal.Code;
        }

        var cell = $"{verb} when {state}";
        Assert.That(refused ?? Name(aggregate), Is.EqualTo(expected), cell);
        if (refused is not null)
        {
            Assert.That(aggregate.State, Is.SameAs(before), $"{cell}: a refusal changes nothing.");
            Assert.That(aggregate.Events, Is.Empty, $"{cell}: a refusal is no event.");
        }
        else
        {
            Assert.That(aggregate.Events, Is.Not.Empty, $"{cell}: a change is an event.");
            Assert.That(aggregate.Version, Is.EqualTo(version + aggregate.Events.Count), $"{cell}: every event is a version.");
        }
    }

    private static string[] Cells(string line) => line.Split('|', StringSplitOptions.TrimEntries);

    private static IEnumerable<string> Methods(BindingFlags kind) => typeof(TAggregate)
        .GetMethods(kind | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(method => !method.IsSpecialName)
        .Select(method => method.Name)
        .Distinct();
}
