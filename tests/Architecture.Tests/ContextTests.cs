namespace MeatLizard.Architecture.Tests;

/// <summary>A context uses another's ids, values and ports; its aggregates are its own business.</summary>
internal sealed class ContextTests
{
    private static readonly string[] Contexts =
        ["Conversations", "Relay", "Inference", "Identity", "Knowledge", "Scripting", "Archive", "Operations"];

    /// <summary>Who deals with another context's aggregate all the same, and why it must.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["OwnResponses -> RelayRequest"] = "Looks how far a response has come; only the state of its request.",
        ["ResponseOpening -> RelayRequest"] = "A response's session, its messages and the request that answers them are one commit.",
        ["TurnOpening -> RelayRequest"] = "The message, its session and the request that answers it are one commit.",
        ["TurnEnding -> ChatSession"] = "The request's end, its answer and the session's next leaf are one commit.",
        ["CancelRequestHandler -> ChatSession"] = "It has looked whose session it is, and hands it to the end of the turn.",
        ["FailRelayHandler -> ChatSession"] = "A shortened prompt is remembered by the session in the commit that queues it again.",
        ["ExplainModelHandler -> RelayRequest"] = "Reads what the last turn was asked with, and from whom; only that.",
        ["GetRequestHandler -> ChatSession"] = "Looks whose session it is; only whether there is one.",
    };

    [Test]
    public void In_the_domain_no_context_uses_the_aggregate_of_another() => Assert.That(Crossings(Parts.Domain.GetTypes()), Is.Empty);

    [Test]
    public void In_the_application_only_those_on_the_list_do() =>
        Assert.That(Crossings(Parts.Application.GetTypes()), Is.EquivalentTo(Exceptions.Keys));

    [Test]
    public void Every_aggregate_has_a_context_and_contexts_have_their_eight_names()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Parts.Aggregates, Has.Length.GreaterThanOrEqualTo(6));
            Assert.That(Parts.Aggregates.Select(Parts.Context).Distinct(), Is.SubsetOf(Contexts));
            Assert.That(Below("src/Domain"), Is.SubsetOf(Contexts));
            Assert.That(Below("src/Application"), Is.SubsetOf([.. Contexts, "Pipeline"]));
            Assert.That(Below("src/Presentation.Api"), Is.SubsetOf([.. Contexts, "Calls", "Configuration", "wwwroot"]));
            Assert.That(Below("src/Presentation.DiscordServer"), Is.SubsetOf([.. Contexts, "Configuration"]));
            Assert.That(Below("src/Presentation.DiscordClient"), Is.SubsetOf([.. Contexts, "Configuration"]));
        }
    }

    private static IEnumerable<string> Crossings(Type[] types) =>
        from type in types
        where type.DeclaringType is null && Contexts.Contains(Parts.Context(type))
        from used in Uses.Of(type)
        where Parts.Aggregates.Contains(used) && Parts.Context(used) != Parts.Context(type)
        orderby type.Name
        select $"{type.Name} -> {used.Name}";

    private static IEnumerable<string> Below(string folder) => Tree.Folders(folder).Select(path => path.Split('/')[2]).Distinct();
}
