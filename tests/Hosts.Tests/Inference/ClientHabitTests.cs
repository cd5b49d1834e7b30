using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;

namespace MeatLizard.Hosts.Tests.Inference;

/// <summary>What the libraries that speak OpenAI's API send by themselves, and the words that they look for in what comes back.</summary>
[TestFixture]
internal sealed class ClientHabitTests
{
    private const string Chat = "/v1/chat/completions";

    private ApiHost _host = null!;
    private ApiClient _caller = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start();
        _caller = await _host.Member("caller");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _caller.Dispose();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task An_answer_comes_back_with_what_a_library_has_put_beside_it()
    {
        var answer = await Post(Chat, """
            {"model":"echo","prompt_cache_retention":"24h","messages":[
              {"role":"user","content":"look it up"},
              {"role":"assistant","content":null,"refusal":null,"parsed":null,"provider_specific_fields":{"refusal":null},"name":"agent","tool_calls":[
                {"index":0,"id":"call_1","type":"function","function":{"name":"look","arguments":"{}","parsed_arguments":{"q":[1]}}}]},
              {"role":"tool","tool_call_id":"call_1","name":"look","content":"found"},
              {"role":"user","content":"and now?"}]}
            """);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    [TestCase("user")]
    [TestCase("system")]
    public async Task A_name_that_would_say_something_is_refused(string role)
    {
        var answer = await Post(Chat, $$"""{"model":"echo","messages":[{"role":"{{role}}","name":"anna","content":"hello"},{"role":"user","content":"hello"}]}""");
        Assert.That((answer.Status, Error(answer, "code"), Error(answer, "param")), Is.EqualTo((400, "unsupported_parameter", "messages[0].name")));
    }

    [Test]
    public async Task What_is_known_nowhere_is_refused_in_messages_too()
    {
        var answer = await Post(Chat, """{"model":"echo","messages":[{"role":"user","content":"hello","parse":1}]}""");
        Assert.That((answer.Status, Error(answer, "code")), Is.EqualTo((400, "unknown_parameter")));
    }

    [Test]
    public async Task An_item_that_is_referred_to_is_refused_with_the_way_out()
    {
        var answer = await Post("/v1/responses", """{"model":"echo","input":[{"type":"item_reference","id":"msg_1"}]}""");
        Assert.That((answer.Status, Error(answer, "code"), Error(answer, "param")), Is.EqualTo((400, "unsupported_value", "input[0].type")));
        Assert.That(Error(answer, "message"), Does.Contain("previous_response_id").And.Contain("store: false"));
    }

    [Test]
    public async Task A_response_takes_how_long_its_prompt_is_wanted_for()
    {
        var answer = await Post("/v1/responses", """{"model":"echo","input":"hello","prompt_cache_retention":"24h"}""");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    [Test]
    public async Task A_model_is_found_in_whatever_case_its_name_is_written()
    {
        var found = await _caller.Get("/v1/models/ECHO");
        Assert.That((found.Status, found.Json.GetProperty("id").GetString()), Is.EqualTo((200, "echo")));
    }

    [Test]
    public async Task A_wrong_key_is_told_in_the_words_that_clients_know()
    {
        using var wrong = new ApiClient(_host.Address) { Key = "ml_wrong" };
        Assert.That(Error(await wrong.Get("/v1/models"), "message"), Does.StartWith("Incorrect API key provided"));
        Assert.That((await wrong.Get("/api/v1/me")).Json.GetProperty("detail").GetString(), Does.StartWith("This API key or token is not valid"));
    }

    private Task<Answer> Post(string path, string body) => _caller.Post(path, JsonDocument.Parse(body).RootElement);

    private static string? Error(Answer answer, string member) => answer.Json.GetProperty("error").GetProperty(member).GetString();
}
