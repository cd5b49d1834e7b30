using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MeatLizard.Application;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.KillHost;

/// <summary>As much of the API as a turn needs, on the owner's behalf.</summary>
internal static class SmallApi
{
    public static async Task<Actor> Owner(IServiceProvider services)
    {
        var id = new UserId(Guid.Parse("01900000-0000-7000-8000-000000000001"));
        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<IUserStore>();
        if (await users.Find(id, CancellationToken.None) is null)
        {
            users.Save(User.Join(id, "Owner", Role.Owner, TimeProvider.System.GetUtcNow()));
            await scope.ServiceProvider.GetRequiredService<IUnitOfWork>().Commit(CommitDurability.Synced, CancellationToken.None);
        }

        return new(id, Role.Owner, []);
    }

    public static void MapSmallApi(this WebApplication app, Actor owner, Trap trap)
    {
        var useCases = app.Services.GetRequiredService<UseCases>();
        var reader = app.Services.GetRequiredService<ReplyReader>();
        app.MapPost("/api/v1/sessions", async (CancellationToken gone) =>
            Results.Json(new { id = (await useCases.Send(new OpenSession(new(null, null, null, null, null)), owner, gone)).Value.Id.Value }, statusCode: 201));
        app.MapPost("/api/v1/sessions/{id:guid}/messages", async (Guid id, HttpRequest request) =>
        {
            using var body = await JsonDocument.ParseAsync(request.Body);
            trap.Pass(KillPoint.BodyRead);
            var text = body.RootElement.GetProperty("content").GetString()!;
            var key = request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given
                ? new IdempotencyKey(request.Path, given, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))))
                : null;
            var outcome = await useCases.Send(new SubmitMessage(new(id), [new TextPart(text)], key, null), owner, CancellationToken.None);
            return outcome.IsRefused(out var refusal, out var turn)
                ? Results.Json(new { code = refusal.Code }, statusCode: 409)
                : Results.Json(
                    new { message = new { id = turn.Message.Id.Value }, request = new { id = turn.Request.Id.Value, state = "queued" } },
                    statusCode: 202);
        });
        app.MapPost("/api/v1/requests/{id:guid}/cancel", async (Guid id, CancellationToken gone) =>
        {
            _ = (await useCases.Send(new CancelRequest(new(id)), owner, gone)).Value;
            return Results.Ok();
        });
        app.MapGet("/api/v1/requests/{id:guid}/events", async (Guid id, HttpContext context) =>
        {
            _ = long.TryParse(context.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var after);
            context.Response.ContentType = "text/event-stream";
            await foreach (var happened in reader.Read(new(id), after, context.RequestAborted))
            {
                var (name, data) = Shown(happened);
                await context.Response.WriteAsync($"id: {happened.Id}\nevent: {name}\ndata: {JsonSerializer.Serialize(data)}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });
    }

    private static (string Name, object Data) Shown(ReplyEvent happened) => happened switch
    {
        ReplyQueued queued => ("queued", new { position = queued.Position }),
        ReplyStarted started => ("started", new { attempt = started.Attempt }),
        ReplyNotice notice => ("notice", new { code = notice.Code }),
        ReplyDelta delta => ("delta", new { part = delta.Part, kind = delta.Kind.ToString(), offset = delta.Offset, text = delta.Text }),
        ReplyCompleted => ("completed", new { }),
        ReplyFailed failed => ("failed", new { code = failed.Error.Code }),
        _ => ("cancelled", new { }),
    };
}
