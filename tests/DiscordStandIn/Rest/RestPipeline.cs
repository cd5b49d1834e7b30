using System.Net;
using MeatLizard.DiscordStandIn.Disturbance;
using MeatLizard.DiscordStandIn.Guilds;
using MeatLizard.DiscordStandIn.Posted;

namespace MeatLizard.DiscordStandIn.Rest;

/// <summary>What every request goes through: who asks, whether too often, whether a fault waits for it; then the route.</summary>
internal sealed class RestPipeline(
    World world, StandInOptions options, RestLimiter limiter, RestFaults faults, Counters counters, IHostApplicationLifetime host)
{
    public async Task Serve(HttpContext context, RestRoute route)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        try
        {
            await Travel(leaving.Token);
            var application = SignIn(context.Request);
            var response = new RestResponse(context);
            var fault = await Answer(context, route, application, response, leaving.Token);
            if (fault is { NeverAnswers: true })
                await Task.Delay(Timeout.Infinite, leaving.Token);
            if (fault is { CutsAfter: true })
            {
                context.Abort();
                return;
            }

            counters.Request(route.Name, response.Status);
            await Travel(leaving.Token);
            await response.Send(leaving.Token);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    /// <summary>For paths that Discord, or the stand-in, does not know; the counters say which were asked for.</summary>
    public Task ServeUnknown(HttpContext context)
    {
        counters.Request($"unknown: {context.Request.Method} {context.Request.Path}", 404);
        var response = new RestResponse(context);
        response.Set(404, new Refusal(404, 0, "404: Not Found").Body);
        return response.Send(context.RequestAborted);
    }

    private async Task<RestFault?> Answer(
        HttpContext context, RestRoute route, Application? application, RestResponse response, CancellationToken cancellation)
    {
        var who = application?.Id.ToString() ?? $"nobody at {context.Connection.RemoteIpAddress ?? IPAddress.None}";
        if (!limiter.LetsIn(who, response))
            return null;
        var fault = faults.Take(route.Name, application?.Id, context.Request.RouteValues["channel"]?.ToString());
        if (fault is { Scope: { } scope })
        {
            limiter.Inject(scope, fault.RetryAfter, who, route, route.Major(context.Request.RouteValues), response);
        }
        else if (fault is { Status: { } status })
        {
            response.Set(status, new System.Text.Json.Nodes.JsonObject { ["message"] = $"{status}: {(HttpStatusCode)status}", ["code"] = 0 });
        }
        else if (string.IsNullOrWhiteSpace(context.Request.Headers.UserAgent))
        {
            response.Set(403, Refusal.Forbidden(40333, "internal network error").Body);
        }
        else if (application is null && !route.Open && !route.ByInteractionToken)
        {
            response.Set(401, new Refusal(401, 0, "401: Unauthorized").Body);
        }
        else if (limiter.Grants(who, route, route.Major(context.Request.RouteValues), response))
        {
            await CarryOut(context, route, application, response, cancellation);
        }

        limiter.CountInvalid(who, response);
        return fault;
    }

    private async Task CarryOut(
        HttpContext context, RestRoute route, Application? application, RestResponse response, CancellationToken cancellation)
    {
        try
        {
            var body = await RestBody.Read(context.Request, cancellation);
            var call = new RestCall(world, application, context.Request.RouteValues, context.Request.Query, body.Json, body.Files);
            lock (world.Gate)
            {
                var answer = route.Handle(call);
                response.Set(answer.Status, answer.Body);
            }
        }
        catch (Refusal refusal)
        {
            response.Set(refusal.Status, refusal.Body);
        }
        catch (BadHttpRequestException tooMuch) when (tooMuch.StatusCode == 413)
        {
            response.Set(413, Refusal.TooLarge.Body);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or FormatException or InvalidDataException)
        {
            // A field of another kind than the handler expected.
            response.Set(400, new Refusal(400, 50035, "Invalid Form Body").Body);
        }
    }

    private Application? SignIn(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bot ", StringComparison.Ordinal) && world.TrySignIn(header["Bot ".Length..].Trim(), out var application)
            ? application
            : null;
    }

    private Task Travel(CancellationToken cancellation) =>
        faults.Latency > TimeSpan.Zero ? Task.Delay(faults.Latency, options.Time, cancellation) : Task.CompletedTask;
}
