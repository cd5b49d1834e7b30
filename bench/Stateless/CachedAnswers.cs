using System.Diagnostics;

namespace MeatLizard.Bench.Stateless;

/// <summary>
/// How long an answer takes that was given before, from the call to its last byte; against an endpoint that does nothing but say the same. One
/// caller, the very same question each time.
/// </summary>
internal sealed class CachedAnswers(Stage stage) : IMeasure
{
    private const int Calls = 500;
    private const int WarmUp = 1500;
    private const double Most = 1;

    /// <summary>How the product marks an answer that was kept.</summary>
    private const string Mark = "X-MeatLizard-Cache";

    private const string Hit = "hit";

    private const string Question =
        $$"""{"model":"{{InstantModel.Instant}}","temperature":0,"messages":[{"role":"user","content":"{{BareServer.Question}}"}]}""";

    private readonly List<double> _ours = [];
    private readonly List<double> _bare = [];
    private V1Client _product = null!;
    private V1Client _model = null!;

    public string Name => "v1-cached";

    public async Task Prepare(CancellationToken cancellationToken)
    {
        var model = await stage.Bare(InstantModel.Verb);
        var host = await StatelessRate.Before(stage, model);
        _product = stage.Keep(new V1Client(host.Http.BaseAddress!, host.Key));
        _model = stage.Keep(new V1Client(model.Address, "none"));

        // The first is kept.
        (await _product.Whole(Question, cancellationToken)).Dispose();
        for (var i = 0; i < WarmUp; i++)
        {
            _ = await Ask(_product, isKept: true, cancellationToken);
            _ = await Ask(_model, isKept: false, cancellationToken);
        }
    }

    public async Task Round(CancellationToken cancellationToken)
    {
        var (ours, bare) = (new double[Calls], new double[Calls]);
        for (var i = 0; i < Calls; i++)
        {
            ours[i] = await Ask(_product, isKept: true, cancellationToken);
            bare[i] = await Ask(_model, isKept: false, cancellationToken);
        }

        _ours.Add(ours.Median());
        _bare.Add(bare.Median());
    }

    public IEnumerable<Row> Rows()
    {
        var ours = _ours.Median();
        yield return new(
            "an answer from the cache, call to end, p50; bare: an endpoint that says the same",
            ours.Milliseconds(), _bare.Median().Milliseconds(), ours.Milliseconds(), $"\u2264 {Most:0} ms", ours <= Most);
    }

    /// <returns>Milliseconds.</returns>
    private static async Task<double> Ask(V1Client client, bool isKept, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await client.Whole(Question, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        answer.EnsureSuccessStatusCode();
        return !isKept || (answer.Headers.TryGetValues(Mark, out var said) && said.First().StartsWith(Hit, StringComparison.OrdinalIgnoreCase))
            ? took
            : throw new InvalidDataException($"The product has asked the model again: its answer has no {Mark}: {Hit}.");
    }
}
