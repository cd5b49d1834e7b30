using MeatLizard.Testing.Storage;

namespace MeatLizard.Bench;

/// <summary>
/// How much later the first text comes from a worker in a process of its own, over the link on loopback, than from the one inside of the
/// server. Each of the two has a llama-server of its own, which is asked directly as well: what the two engines differ by is taken off.
/// </summary>
internal sealed class LinkFirstToken(Stage stage) : IMeasure
{
    private const int Calls = 100;
    private const int WarmUp = 20;
    private const double Most = 1;

    private readonly List<double[]> _linked = [];
    private readonly List<double[]> _local = [];
    private readonly List<double> _added = [];
    private Func<string, Task<StreamedAnswer>>[] _sides = [];
    private int _turn;
    private int _asked;

    public string Name => "link-first-token";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        var local = await stage.Host(Database.Sqlite, Stage.Tiny);
        var linked = await LinkedProduct.Start(stage, Stage.Tiny);
        var (askLocal, askLinked) = (Product(local), Product(linked.Host));
        await local.WarmUp(Stage.Tiny, cancellationToken);
        await linked.Host.WarmUp(Stage.Tiny, cancellationToken);
        var (behindLocal, behindLinked) = (LlamaDirect.Behind(local.Process, Stage.Tiny), LlamaDirect.Behind(linked.Worker, Stage.Tiny));
        _sides =
        [
            askLocal, askLinked, question => behindLocal.Ask(question, cancellationToken), question => behindLinked.Ask(question, cancellationToken),
        ];
        for (var i = 0; i < WarmUp; i++)
        {
            _ = await Each();
        }

        Func<string, Task<StreamedAnswer>> Product(ProductHost host) =>
            async question => await host.Ask(await host.OpenSession(), question, cancellationToken);
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        var took = _sides.Select(_ => new double[Calls]).ToArray();
        for (var i = 0; i < Calls; i++)
        {
            var once = await Each();
            for (var side = 0; side < once.Length; side++)
            {
                took[side][i] = once[side];
            }
        }

        _local.Add(took[0]);
        _linked.Add(took[1]);
        _added.Add(took[1].Median() - took[0].Median() - (took[3].Median() - took[2].Median()));
    }

    public IEnumerable<Row> Rows()
    {
        var added = _added.Median();
        yield return new(
            "time to first token added by the link to in process, p50, SQLite; bare: in process",
            _linked.Select(round => round.Median()).Median().Milliseconds(),
            _local.Select(round => round.Median()).Median().Milliseconds(),
            $"{(added < 0 ? "" : "+")}{added.Milliseconds()}",
            $"\u2264 {Most:0} ms",
            added <= Most);
    }

    /// <summary>Everybody once, another one first each time.</summary>
    private async Task<double[]> Each()
    {
        _turn++;
        var took = new double[_sides.Length];
        for (var i = 0; i < _sides.Length; i++)
        {
            var side = (i + _turn) % _sides.Length;
            took[side] = await FirstToken.FirstText(_sides[side], Question);
        }

        return took;
    }

    /// <summary>Nobody asks what somebody has asked before: its prompt would lie in the engine's memory.</summary>
    private string Question() => $"Question {_asked++:00000}: what do lizards eat?";
}
