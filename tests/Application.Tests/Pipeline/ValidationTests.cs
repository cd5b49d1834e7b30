using System.Reflection;
using FluentValidation;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Keys;
using MeatLizard.Application.Pipeline;
using MeatLizard.Domain.Conversations;
using MediatR;

namespace MeatLizard.Application.Tests.Pipeline;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ValidationTests
{
    private static readonly SessionSettings None = new(null, null, null, null, null);

    private readonly Stage _stage = new();

    [TestCaseSource(nameof(Wrong))]
    public async Task What_is_wrong_is_refused_by_the_name_of_its_field(string field, Func<Stage, Task<Refusal?>> ask)
    {
        var refusal = (await ask(_stage))!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refusal.Kind, refusal.Code), Is.EqualTo((RefusalKind.Invalid, "invalid_request")));
            Assert.That(refusal.Errors!.Keys, Is.EqualTo([field]));
            Assert.That(refusal.Errors![field], Has.All.Not.Empty);
            Assert.That(_stage.Journal, Is.Empty);
        }
    }

    [Test]
    public async Task What_is_just_right_is_taken()
    {
        var most = new SessionSettings(new string('t', 200), new string('m', 200), new string('s', 65_536), 2, "🦎");
        Assert.That((await _stage.Send(new ConfigureSession(Branches.Session, Patch(most)))).Refusal, Is.Null);
        Assert.That((await _stage.Say(new string('x', 524_286) + "🦎")).Refusal, Is.Null);
    }

    /// <summary>The names that callers know, not what a value is wrapped in here.</summary>
    [Test]
    public void No_rule_is_named_after_a_wrapper()
    {
        var names =
            from type in typeof(UseCases).Assembly.GetTypes()
            where type.IsAssignableTo(typeof(IValidator)) && type is { IsAbstract: false, IsGenericType: false }
            let validator = (IValidator)Activator.CreateInstance(type, [.. Arguments(type)])!
            from rule in validator.CreateDescriptor().Rules
            select $"{type.Name}: {FieldNames.ToWire(rule.PropertyName ?? string.Empty)}";
        Assert.That(names, Is.Not.Empty.And.All.Matches("^[A-Za-z]+: (?!to$|value$|patch$|settings$)[a-z][a-z_]*$"));
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        (string Field, SessionSettings[] Settings)[] wrong =
        [
            ("title", [.. NoTexts(200).Select(text => None with { Title = text })]),
            ("model", [.. NoTexts(200).Select(text => None with { Model = text })]),
            ("persona", [.. NoTexts(200).Select(text => None with { Persona = text })]),
            ("system_prompt", [.. NoTexts(65_536).Select(text => None with { SystemPrompt = text })]),
            ("temperature", [.. new[] { -0.01, 2.01, double.NaN }.Select(value => None with { Temperature = value })]),
        ];
        foreach (var (field, settings) in wrong)
        {
            for (var i = 0; i < settings.Length; i++)
            {
                yield return Case(field, i, new OpenSession(settings[i]));
                yield return Case(field, i, new ConfigureSession(Branches.Session, Patch(settings[i])));
            }
        }

        MessagePart[] parts =
            [new TextPart(" \n"), new FilePart("00", "a", "b", 1), .. NoTexts(524_288).Select(text => new TextPart(text))];
        for (var i = 0; i < parts.Length; i++)
        {
            yield return Case("content", i, new SubmitMessage(Branches.Session, [parts[i]], null, null));
            yield return Case("content", i, new EditMessage(new(Guid.Empty), [parts[i]], null, null));
        }

        yield return Case("content", parts.Length, new SubmitMessage(Branches.Session, [], null, null));
        yield return Case("content", parts.Length, new EditMessage(new(Guid.Empty), [], null, null));
        foreach (var (i, key) in NoTexts(200).Index())
        {
            yield return Case("client_message_id", i, new SubmitMessage(Branches.Session, [new TextPart("Hi")], null, key));
            yield return Case("client_message_id", i, new EditMessage(new(Guid.Empty), [new TextPart("Hi")], null, key));
        }

        const string Email = "a@example.org", Password = "long enough password";
        string[] halves = ["a\ud83e", "\udd8eb", "\udd8e\ud83e"];
        foreach (var (i, half) in halves.Index())
        {
            yield return Case("name", i, new RegisterUser(Email, Password, half));
            yield return Case("name", i, new SetUpOwner("token", Email, Password, half));
            yield return Case("name", i, new IssueKey(half, [], null, null));
            yield return Case("email", i, new RegisterUser($"{half}@example.org", Password, null));
            yield return Case("email", i, new SetUpOwner("token", $"{half}@example.org", Password, null));
            yield return Case("email", i, new SignInWithPassword($"{half}@example.org", Password));
            yield return Case("email", i, new EnsureOwner($"{half}@example.org", Password));
        }

        foreach (var limit in new[] { 0, 201 })
        {
            yield return Case("limit", limit, new ListSessions(limit, null));
            yield return Case("limit", limit, new ListMessages(Branches.Session, limit, null, false));
        }
    }

    /// <summary>Too long, with a NUL, with half a surrogate pair, with the halves the wrong way round.</summary>
    private static string[] NoTexts(int longest) => [new('x', longest + 1), "a\0b", "a\ud83e", "\udd8eb", "\udd8e\ud83e"];

    /// <summary>Named by number: what a case says may be no text.</summary>
    private static TestCaseData Case<T>(string field, int number, IRequest<Outcome<T>> command)
    {
        Func<Stage, Task<Refusal?>> ask = async stage => (await stage.Send(command)).Refusal;
        return new TestCaseData(field, ask).SetName($"{{m}}({command.GetType().Name}, {field}, {number})");
    }

    private static SessionPatch Patch(SessionSettings settings) => new()
    {
        Title = settings.Title is { } title ? new(title) : null,
        Model = settings.Model is { } model ? new(model) : null,
        SystemPrompt = settings.SystemPrompt is { } prompt ? new(prompt) : null,
        Persona = settings.Persona is { } persona ? new(persona) : null,
        Temperature = settings.Temperature is { } temperature ? new(temperature) : null,
    };

    private static IEnumerable<object> Arguments(Type validator) => validator
        .GetConstructors(BindingFlags.Instance | BindingFlags.Public)
        .Single()
        .GetParameters()
        .Select(_ => new StoppedTime(Branches.Now));
}
