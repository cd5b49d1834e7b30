using System.Text.Json;
using MeatLizard.Hosts.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.Hosts.Tests.Operations;

[TestFixture]
internal sealed class ApiDocumentTests
{
    private ApiHost _host = null!;
    private JsonElement _document;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await ApiHost.Start();
        using var nobody = _host.Nobody();
        _document = (await nobody.Get("/openapi/v1.json")).Json;
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public void Every_route_is_described_with_its_answers_and_its_refusals()
    {
        foreach (var (path, method, operation) in Operations())
        {
            var name = $"{method} {path}";
            Assert.That(operation.TryGetProperty("summary", out _), Is.True, name);
            var responses = operation.GetProperty("responses").EnumerateObject().ToArray();
            Assert.That(responses.Any(response => response.Name[0] is '1' or '2' or '3'), Is.True, name);
            var (type, refusal) = path.StartsWith("/v1/", StringComparison.Ordinal)
                ? ("application/json", "OpenAiErrorContract")
                : ("application/problem+json", "Problem");
            foreach (var response in responses.Where(response => response.Name[0] is '4' or '5'))
            {
                Assert.That(
                    response.Value.GetProperty("content").GetProperty(type).GetProperty("schema").GetProperty("$ref").GetString(),
                    Is.EqualTo($"#/components/schemas/{refusal}"),
                    $"{name} {response.Name}");
            }
        }

        var mapped = _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
                $"{method} /{route.RoutePattern.RawText!.Trim('/').Replace(":guid", "", StringComparison.Ordinal).Replace("{**", "{", StringComparison.Ordinal)}"))
            .Where(route => !route.Contains("/openapi/", StringComparison.Ordinal));
        Assert.That(Operations().Select(each => $"{each.Method.ToUpperInvariant()} {each.Path}"), Is.EquivalentTo(mapped));
    }

    [Test]
    public void Calls_that_need_a_sign_in_say_so_and_answer_401()
    {
        foreach (var (path, method, operation) in Operations())
        {
            var isOpen = path is "/health" or "/ready" or "/api/v1/auth/options" or "/api/v1/auth/oidc" or "/api/v1/auth/oidc/callback" or "/api/v1/auth/setup" or "/api/v1/auth/login" or "/api/v1/auth/register" or "/api/v1/auth/recover"
                or "/api/v1/enrol" or "/api/v1/link";
            Assert.That(
                operation.TryGetProperty("security", out var security) && security.GetArrayLength() == 2,
                Is.EqualTo(!isOpen),
                $"{method} {path}");
            Assert.That(isOpen || operation.GetProperty("responses").TryGetProperty("401", out _), Is.True, $"{method} {path}");
        }
    }

    [Test]
    public void What_is_sent_and_what_comes_back_have_their_schemas()
    {
        var submit = _document.GetProperty("paths").GetProperty("/api/v1/sessions/{id}/messages").GetProperty("post");
        Assert.That(Reference(submit.GetProperty("requestBody")), Does.EndWith("/MessageRequest"));
        Assert.That(Reference(submit.GetProperty("responses").GetProperty("202")), Does.EndWith("/TurnContract"));
        var headers = submit.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());
        Assert.That(headers, Is.SupersetOf(new[] { "id", "Prefer", "Idempotency-Key", "html" }));

        var schemas = _document.GetProperty("components").GetProperty("schemas");
        Assert.That(schemas.GetProperty("SessionContract").GetProperty("properties").TryGetProperty("open_request_id", out _), Is.True);
        Assert.That(schemas.GetProperty("UserContract").GetProperty("properties").TryGetProperty("email", out _), Is.True);
        Assert.That(schemas.GetProperty("MessageContent").TryGetProperty("oneOf", out _), Is.True);
        Assert.That(_document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Count(), Is.EqualTo(2));
    }

    private static string? Reference(JsonElement described) =>
        described.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString();

    private IEnumerable<(string Path, string Method, JsonElement Operation)> Operations() =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (path.Name, operation.Name, operation.Value);
}
