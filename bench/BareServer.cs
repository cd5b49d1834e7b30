using System.Globalization;
using MeatLizard.Infrastructure.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace MeatLizard.Bench;

/// <summary>Kestrel and the database's driver, and nothing else: the same statements as the product's, written down by hand.</summary>
internal static class BareServer
{
    public const string Verb = "bare";
    public const string Question = "What do lizards eat when nobody is looking, and how often do they do it?";

    /// <param name="arguments">Port, provider, data folder, connection string.</param>
    public static async Task Run(IReadOnlyList<string> arguments)
    {
        var storage = new StorageOptions { Provider = arguments[1], DataFolder = arguments[2], ConnectionString = arguments.ElementAtOrDefault(3) };
        var statements = await ProductStatements.Record(storage, Question);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{int.Parse(arguments[0], CultureInfo.InvariantCulture)}");
        await using var app = builder.Build();
        app.MapGet("/ready", () => Results.Ok());
        app.MapGet("/recorded", () => Results.Text(statements.Ids[0].ToString()));
        if (storage.Provider == StorageOptions.Postgres)
        {
            using var database = new BarePostgres(storage, statements);
            app.MapGet("/sessions/{id:guid}", (RequestDelegate)(http => Session(http, database.ReadSession)));
            app.MapPost("/sessions/{id:guid}/messages", (RequestDelegate)(http => Message(http, database, alsoReads: false)));
            app.MapPost("/sessions/{id:guid}/messages-and-reads", (RequestDelegate)(http => Message(http, database, alsoReads: true)));
            await app.RunAsync();
        }
        else
        {
            using var database = new BareSqlite(storage, statements);
            app.MapGet("/sessions/{id:guid}", (RequestDelegate)(http => Session(http, database.ReadSession)));
            await app.RunAsync();
        }
    }

    private static Guid Id(HttpContext http) => Guid.Parse((string)http.Request.RouteValues["id"]!, CultureInfo.InvariantCulture);

    private static async Task Session(HttpContext http, Func<Guid, Task<byte[]?>> read)
    {
        if (await read(Id(http)) is not { } json)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json);
    }

    private static async Task Message(HttpContext http, BarePostgres database, bool alsoReads)
    {
        var body = await http.Request.ReadFromJsonAsync(BareJson.Default.BareMessage);
        var id = Id(http);
        if (alsoReads)
        {
            await database.ReadBefore(id);
        }

        var taken = await database.Write(id, body!.Content);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        await http.Response.WriteAsJsonAsync(taken, BareJson.Default.BareTaken);
    }
}
