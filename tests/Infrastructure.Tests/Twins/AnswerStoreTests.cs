using System.Globalization;
using MeatLizard.Application.Relay.Caching;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;
using MeatLizard.Infrastructure.Redis;
using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Twins;

[TestFixture(Twin.Memory)]
[TestFixture(Twin.Redis)]
internal sealed class AnswerStoreTests(Twin twin) : TwinFixture(twin)
{
    private static readonly UserId Anna = new(Guid.CreateVersion7());
    private static readonly UserId Ben = new(Guid.CreateVersion7());

    private StoppedClock _clock = null!;
    private AnswerCacheOptions _options = null!;
    private IAnswerStore _store = null!;

    private static CancellationToken Token => CancellationToken.None;

    [SetUp]
    public void MakeStore()
    {
        _clock = new();
        _options = new() { Entries = 3, Bytes = 256 * 1024, Ttl = TimeSpan.FromMinutes(10), StaleTtl = TimeSpan.FromMinutes(50) };
        _store = Host is null
            ? new MemoryAnswerStore(_options, _clock)
            : new RedisAnswerStore(Host.Link, new MasterKey(new byte[32]), _options);
    }

    [Test]
    public async Task An_answer_is_found_as_it_was_kept()
    {
        var answer = new CachedAnswer(
            new(OriginKind.Worker, "anna-mac", "tiny"),
            [new(0, ChunkKind.Reasoning, "Let me see."), new(1, ChunkKind.Text, "Für \"Eidechsen\" 🦎\n")],
            [[0.25f, -1e-7f], [3]],
            FinishReason.ToolCalls,
            new(7, 3, 2),
            _clock.GetUtcNow())
        {
            ModelFile = "1 Tiny",
        };
        await _store.Keep(Key(Anna, 1), answer, Token);
        var found = (await _store.Find(Key(Anna, 1), Token))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Parts, Is.EqualTo(answer.Parts));
            Assert.That(found.Vectors, Is.EqualTo(answer.Vectors));
            Assert.That(found with { Parts = answer.Parts, Vectors = answer.Vectors }, Is.EqualTo(answer));
            Assert.That((await _store.Measure(Token))!.Entries, Is.EqualTo(1));
            Assert.That((await _store.Measure(Token))!.Bytes, Is.InRange(100, 2000));
        }
    }

    [Test]
    public async Task It_is_found_under_its_own_key_alone()
    {
        await Keep(Anna, 1, "one");
        Assert.That(await Text(Anna, 1), Is.EqualTo("one"));
        Assert.That(await Text(Anna, 2), Is.Null);
        Assert.That(await Text(Ben, 1), Is.Null);
    }

    [Test]
    public async Task A_new_answer_takes_the_place_of_the_old_one()
    {
        await Keep(Anna, 1, new string('x', 1000));
        await Keep(Anna, 1, "new");
        Assert.That(await Text(Anna, 1), Is.EqualTo("new"));
        Assert.That((await _store.Measure(Token))!.Bytes, Is.LessThan(900));
    }

    [Test]
    public async Task The_one_that_was_used_least_recently_goes_first()
    {
        await Keep(Anna, 1, "one");
        await Keep(Anna, 2, "two");
        await Keep(Anna, 3, "three");
        Assert.That(await Text(Anna, 1), Is.EqualTo("one"));
        await Keep(Ben, 4, "four");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Text(Anna, 1), Is.EqualTo("one"));
            Assert.That(await Text(Anna, 2), Is.Null);
            Assert.That(await Text(Anna, 3), Is.EqualTo("three"));
            Assert.That(await Text(Ben, 4), Is.EqualTo("four"));
            Assert.That((await _store.Measure(Token))!.Entries, Is.EqualTo(3));
        }
    }

    [Test]
    public async Task All_together_take_no_more_than_they_may()
    {
        _options.Entries = 1000;
        for (var i = 0; i < 40; i++)
        {
            await Keep(Anna, i, new string('x', 14_000));
            Assert.That((await _store.Measure(Token))!.Bytes, Is.InRange(14_000, _options.Bytes));
        }

        Assert.That((await _store.Measure(Token))!.Entries, Is.InRange(5, 20));
        Assert.That(await Text(Anna, 39), Is.Not.Null);
        Assert.That(await Text(Anna, 0), Is.Null);
    }

    [Test]
    public async Task One_that_is_too_large_is_not_kept_and_drives_nobody_out()
    {
        await Keep(Anna, 1, "small");
        await Keep(Anna, 2, new string('x', _options.Largest + 1));
        Assert.That(await Text(Anna, 2), Is.Null);
        Assert.That(await Text(Anna, 1), Is.EqualTo("small"));
    }

    [Test]
    public async Task It_is_kept_until_it_is_too_old_for_anything()
    {
        await Keep(Anna, 1, "one");
        await Pass(TimeSpan.FromMinutes(59));
        Assert.That(await Text(Anna, 1), Is.EqualTo("one"));
        await Pass(TimeSpan.FromMinutes(2));
        Assert.That(await Text(Anna, 1), Is.Null);
        Assert.That(await _store.Measure(Token), Is.EqualTo(new CacheSize(0, 0)));
    }

    [Test]
    public async Task A_users_answers_are_forgotten_at_once_and_nobody_elses()
    {
        await Keep(Anna, 1, "one");
        await Keep(Anna, 2, "two");
        await Keep(Ben, 1, "theirs");
        await _store.Forget(Anna, Token);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Text(Anna, 1), Is.Null);
            Assert.That(await Text(Anna, 2), Is.Null);
            Assert.That(await Text(Ben, 1), Is.EqualTo("theirs"));
            Assert.That((await _store.Measure(Token))!.Entries, Is.EqualTo(1));
        }
    }

    private static AnswerKey Key(UserId user, int question) => new(user, question.ToString("x64", CultureInfo.InvariantCulture));

    private ValueTask Keep(UserId user, int question, string text) => _store.Keep(
        Key(user, question),
        new(new(OriginKind.Worker, "anna-mac", "tiny"), [new(0, ChunkKind.Text, text)], [], FinishReason.Stop, new(1, 1), _clock.GetUtcNow()),
        Token);

    private async Task<string?> Text(UserId user, int question) => (await _store.Find(Key(user, question), Token))?.Parts[0].Text;

    private async Task Pass(TimeSpan time)
    {
        _clock.Advance(time);
        if (Twin == Twin.Redis)
        {
            await Redis.Age(time);
        }
    }
}
