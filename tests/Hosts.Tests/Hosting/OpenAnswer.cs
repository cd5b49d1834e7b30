namespace MeatLizard.Hosts.Tests.Hosting;

/// <summary>An answer that is still being written.</summary>
internal sealed class OpenAnswer(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public int Status => (int)response.StatusCode;

    public string? ContentType => response.Content.Headers.ContentType?.MediaType;

    /// <summary>The next line; null at the end.</summary>
    public Task<string?> Line() => reader.ReadLineAsync().WaitAsync(Patience);

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
