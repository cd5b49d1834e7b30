using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Identity.Departure;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Identity.People;
using MeatLizard.Presentation.Api.Identity.Quotas;
using MeatLizard.Presentation.Api.Operations;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api.Identity.Departure;

/// <summary>
/// All that is kept of somebody as JSON Lines, sent as it is read. One line is one thing, so that neither end ever holds the whole, and what
/// a cut connection left is readable up to its last whole line.
/// </summary>
internal sealed class ExportAnswer(Account account, Caller caller) : IResult
{
    public const string ContentType = "application/x-ndjson";

    private const int Format = 1;

    /// <summary>So much is written before the reader is waited for.</summary>
    private const int Batch = 64 * 1024;

    private static readonly JsonWriterOptions OneLine = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        var now = time.GetUtcNow();
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.ContentDisposition = string.Create(
            CultureInfo.InvariantCulture, $"attachment; filename=\"meatlizard-{now:yyyy-MM-dd}.jsonl\"");
        using var watch = services.GetRequiredService<CallerWatch>().Over(caller);
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping, watch.Fallen);
        try
        {
            await Write(services, response.BodyWriter, now, stopped.Token);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Without its last line an export is no whole one; a broken connection says so too.
            httpContext.Abort();
        }
    }

    private async Task Write(IServiceProvider services, PipeWriter output, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var view = services.GetRequiredService<MessageView>();
        var mapper = services.GetRequiredService<ApiMapper>();
        await using var json = new Utf8JsonWriter(output, OneLine);
        var lines = 2L;
        Line("export", new(Format, now), ApiJson.Wire.ExportedHead);
        Line("account", mapper.Map<UserContract>(account), ApiJson.Wire.UserContract);
        await foreach (var record in services.GetRequiredService<AccountExport>().Read(account.User.Id, cancellationToken))
        {
            Record(record);
            lines++;
            if (output.UnflushedBytes >= Batch)
            {
                _ = await output.FlushAsync(cancellationToken);
            }
        }

        Line("end", new(lines), ApiJson.Wire.ExportedEnd);
        _ = await output.FlushAsync(cancellationToken);

        void Record(PersonalRecord record)
        {
            switch (record)
            {
                case PersonalIdentity { Identity: var identity }:
                    Line("identity", new(identity.Provider, identity.Subject), ApiJson.Wire.ExportedIdentity);
                    break;
                case PersonalKey { Key: var key }:
                    Line("api_key", mapper.Map<KeyContract>(key), ApiJson.Wire.KeyContract);
                    break;
                case PersonalSignIn { SignIn: var signIn }:
                    Line(
                        "sign_in",
                        new(signIn.Id, signIn.Client, signIn.CreatedAt, signIn.ExpiresAt, signIn.Hash == caller.Hash),
                        ApiJson.Wire.SignInContract);
                    break;
                case PersonalRecovery { Recovery: var recovery }:
                    Line("recovery_link", new(recovery.ExpiresAt), ApiJson.Wire.ExportedRecovery);
                    break;
                case PersonalGroup { Group: var group }:
                    Line("group", new(group.Id.Value, group.Name), ApiJson.Wire.ExportedGroup);
                    break;
                case PersonalLimit { Limit: var limit }:
                    Line("limit", LimitEndpoints.Contract(limit), ApiJson.Wire.LimitContract);
                    break;
                case PersonalInvitation { Invitation: var invitation }:
                    Line("invitation", PeopleEndpoints.Contract(invitation, now), ApiJson.Wire.PersonInvitationContract);
                    break;
                case PersonalDefaults { Defaults: var defaults }:
                    Line("settings", new(defaults.Model, defaults.SystemPrompt), ApiJson.Wire.ExportedDefaults);
                    break;
                case PersonalSession { Session: var session }:
                    Line("session", mapper.Map<SessionContract>(session), ApiJson.Wire.SessionContract);
                    break;
                case PersonalResponse { Response: var response }:
                    Line("response", ExportedResponse.Of(response), ApiJson.Wire.ExportedResponse);
                    break;
                case PersonalMessage { Message: var message }:
                    Line("message", view.Of(message, html: false), ApiJson.Wire.MessageContract);
                    break;
                case PersonalRequest { Request: var request }:
                    Line("request", mapper.Map<RequestContract>(request), ApiJson.Wire.RequestContract, () =>
                    {
                        json.WritePropertyName("settings"u8);
                        JsonSerializer.Serialize(json, ExportedSettings.Of(request.Settings), ApiJson.Wire.ExportedSettings);
                    });
                    break;
                case PersonalUsage { Usage: var usage }:
                    Line(
                        "usage",
                        new(
                            usage.RequestId.Value,
                            usage.Model,
                            usage.Usage.PromptTokens,
                            usage.Usage.CompletionTokens,
                            usage.Usage.CachedTokens,
                            usage.Key?.Value,
                            usage.Place?.Value,
                            usage.IsCached,
                            usage.CreatedAt),
                        ApiJson.Wire.ExportedUsage);
                    break;
                case PersonalAudit { Entry: var entry }:
                    Line("audit", mapper.Map<AuditContract>(entry), ApiJson.Wire.AuditContract);
                    break;
                default:
                    throw new InvalidOperationException($"{record.GetType().Name} has no line.");
            }
        }

        void Line<T>(string type, T data, JsonTypeInfo<T> info, Action? more = null)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WritePropertyName("data"u8);
            JsonSerializer.Serialize(json, data, info);
            more?.Invoke();
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            output.Write("\n"u8);
        }
    }
}
