using FsCheck;
using FsCheck.Fluent;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Domain.Tests.Relay;

internal sealed class ReplyAssemblerTests
{
    [Test]
    public void Whatever_order_chunks_arrive_in_and_however_often_they_come_out_once_and_in_order() => Prop.ForAll(
        Arrivals().ToArbitrary(),
        arrivals =>
        {
            var assembler = new ReplyAssembler(0);
            var came = arrivals.SelectMany(sequence => assembler.Add(Requests.Chunk(sequence, $"{sequence}"))).ToArray();
            var all = Enumerable.Range(0, arrivals.Max() + 1).ToArray();
            Assert.That(came.Select(chunk => chunk.Sequence), Is.EqualTo(all));
            Assert.That(came.Select(chunk => chunk.Text), Is.EqualTo(all.Select(sequence => $"{sequence}")));
            Assert.That((assembler.Next, assembler.HasGap), Is.EqualTo((all.Length, false)));
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_missing_chunk_holds_back_what_follows_and_is_asked_for()
    {
        var assembler = new ReplyAssembler(3);
        Assert.That(assembler.Add(Requests.Chunk(4, "b")), Is.Empty);
        Assert.That((assembler.Next, assembler.HasGap), Is.EqualTo((3, true)));
        Assert.That(assembler.Add(Requests.Chunk(3, "a")).Select(chunk => chunk.Text), Is.EqualTo(["a", "b"]));
        Assert.That((assembler.Next, assembler.HasGap), Is.EqualTo((5, false)));
    }

    [Test]
    public void What_was_recorded_before_is_dropped()
    {
        var assembler = new ReplyAssembler(3);
        Assert.That(assembler.Add(Requests.Chunk(2, "late")), Is.Empty);
        Assert.That(assembler.Add(Requests.Chunk(-1, "never")), Is.Empty);
        Assert.That(assembler.HasGap, Is.False);
    }

    [Test]
    public void The_first_of_two_chunks_with_one_sequence_counts()
    {
        var assembler = new ReplyAssembler(0);
        assembler.Add(Requests.Chunk(1, "first"));
        assembler.Add(Requests.Chunk(1, "second"));
        Assert.That(assembler.Add(Requests.Chunk(0, "a")).Select(chunk => chunk.Text), Is.EqualTo(["a", "first"]));
    }

    [Test]
    public void Whoever_runs_too_far_ahead_is_not_believed()
    {
        var assembler = new ReplyAssembler(10);
        assembler.Add(Requests.Chunk(10 + ReplyAssembler.Window, "beyond"));
        assembler.Add(Requests.Chunk(int.MaxValue, "far beyond"));
        Assert.That(assembler.HasGap, Is.False);
        assembler.Add(Requests.Chunk(9 + ReplyAssembler.Window, "just within"));
        Assert.That(assembler.HasGap, Is.True);
    }

    /// <summary>All of 0 … n at least once, some more often, shuffled.</summary>
    private static Gen<int[]> Arrivals() =>
        from last in Gen.Choose(0, 60)
        from repeats in Gen.Choose(0, last).ArrayOf()
        from order in Gen.Shuffle(Enumerable.Range(0, last + 1).Concat(repeats).ToArray())
        select order.ToArray();
}
