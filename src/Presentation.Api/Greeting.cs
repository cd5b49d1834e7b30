namespace MeatLizard.Presentation.Api;

/// <summary>What the operator reads when the host is ready.</summary>
internal static class Greeting
{
    public static void Write(WebApplication app, string? setupToken, TextWriter output)
    {
        var url = app.Urls.First().Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
            .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal);
        output.WriteLine($"MeatLizard is ready at {url}");
        if (setupToken is not null)
        {
            output.WriteLine($"Make the owner's account (once, within 24 hours): {url}/#setup={setupToken}");
            output.WriteLine(
                $"or: curl -c cookies -H 'Content-Type: application/json' {url}/api/v1/auth/setup "
                + $"-d '{{\"token\":\"{setupToken}\",\"email\":\"you@example.org\",\"password\":\"at least ten characters\"}}'");
        }
        else
        {
            output.WriteLine(
                $"Try: curl -c cookies -H 'Content-Type: application/json' {url}/api/v1/auth/login "
                + "-d '{\"email\":\"you@example.org\",\"password\":\"…\"}'");
        }
    }
}
