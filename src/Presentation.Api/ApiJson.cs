using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MeatLizard.Presentation.Api.Calls;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Conversations.Choice;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Identity.Departure;
using MeatLizard.Presentation.Api.Identity.Groups;
using MeatLizard.Presentation.Api.Identity.People;
using MeatLizard.Presentation.Api.Identity.Quotas;
using MeatLizard.Presentation.Api.Inference;
using MeatLizard.Presentation.Api.Inference.OpenAi;
using MeatLizard.Presentation.Api.Inference.OpenAi.ResponsesApi;
using MeatLizard.Presentation.Api.Operations;
using MeatLizard.Presentation.Api.Relay;
using MeatLizard.Presentation.Api.Relay.Providers;
using MeatLizard.Presentation.Api.Relay.Workers;

namespace MeatLizard.Presentation.Api;

/// <summary>All JSON of the API: strict in what it reads, snake_case both ways.</summary>
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(SignInOptionsContract))]
[JsonSerializable(typeof(SetupRequest))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(RecoverRequest))]
[JsonSerializable(typeof(PasswordRequest))]
[JsonSerializable(typeof(ForgetRequest))]
[JsonSerializable(typeof(ExportedHead))]
[JsonSerializable(typeof(ExportedIdentity))]
[JsonSerializable(typeof(ExportedRecovery))]
[JsonSerializable(typeof(ExportedGroup))]
[JsonSerializable(typeof(ExportedDefaults))]
[JsonSerializable(typeof(ExportedSettings))]
[JsonSerializable(typeof(ExportedResponse))]
[JsonSerializable(typeof(ExportedUsage))]
[JsonSerializable(typeof(ExportedEnd))]
[JsonSerializable(typeof(UserContract))]
[JsonSerializable(typeof(ListContract<SignInContract>), TypeInfoPropertyName = "ListContractSignInContract")]
[JsonSerializable(typeof(PersonContract))]
[JsonSerializable(typeof(ListContract<PersonContract>), TypeInfoPropertyName = "ListContractPersonContract")]
[JsonSerializable(typeof(PersonChanges))]
[JsonSerializable(typeof(RecoveryContract))]
[JsonSerializable(typeof(InvitationRequest))]
[JsonSerializable(typeof(PersonInvitationContract))]
[JsonSerializable(typeof(ListContract<PersonInvitationContract>), TypeInfoPropertyName = "ListContractPersonInvitationContract")]
[JsonSerializable(typeof(GroupRequest))]
[JsonSerializable(typeof(GroupContract))]
[JsonSerializable(typeof(ListContract<GroupContract>), TypeInfoPropertyName = "ListContractGroupContract")]
[JsonSerializable(typeof(LimitRequest))]
[JsonSerializable(typeof(LimitContract))]
[JsonSerializable(typeof(ListContract<LimitContract>), TypeInfoPropertyName = "ListContractLimitContract")]
[JsonSerializable(typeof(ListContract<LimitUseContract>), TypeInfoPropertyName = "ListContractLimitUseContract")]
[JsonSerializable(typeof(ListContract<AuditContract>), TypeInfoPropertyName = "ListContractAuditContract")]
[JsonSerializable(typeof(IssueKeyRequest))]
[JsonSerializable(typeof(RotateKeyRequest))]
[JsonSerializable(typeof(KeyContract))]
[JsonSerializable(typeof(IssuedKeyContract))]
[JsonSerializable(typeof(ListContract<KeyContract>), TypeInfoPropertyName = "ListContractKeyContract")]
[JsonSerializable(typeof(OpenSessionRequest))]
[JsonSerializable(typeof(SessionChanges))]
[JsonSerializable(typeof(SessionContract))]
[JsonSerializable(typeof(ListContract<SessionContract>), TypeInfoPropertyName = "ListContractSessionContract")]
[JsonSerializable(typeof(NothingRequest))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(MessageContract))]
[JsonSerializable(typeof(ListContract<MessageContract>), TypeInfoPropertyName = "ListContractMessageContract")]
[JsonSerializable(typeof(TurnContract))]
[JsonSerializable(typeof(RequestContract))]
[JsonSerializable(typeof(ModelListContract))]
[JsonSerializable(typeof(WhyContract))]
[JsonSerializable(typeof(OwnSettingsContract))]
[JsonSerializable(typeof(OwnSettingsChanges))]
[JsonSerializable(typeof(ModelChanges))]
[JsonSerializable(typeof(PlaceContract))]
[JsonSerializable(typeof(ListContract<PlaceContract>), TypeInfoPropertyName = "ListContractPlaceContract")]
[JsonSerializable(typeof(InstallationContract))]
[JsonSerializable(typeof(SocketRequest))]
[JsonSerializable(typeof(InviteWorkerRequest))]
[JsonSerializable(typeof(WorkerBotRequest))]
[JsonSerializable(typeof(InvitationContract))]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolledContract))]
[JsonSerializable(typeof(ListContract<WorkerContract>), TypeInfoPropertyName = "ListContractWorkerContract")]
[JsonSerializable(typeof(ProviderRequest))]
[JsonSerializable(typeof(ProviderContract))]
[JsonSerializable(typeof(ListContract<ProviderContract>), TypeInfoPropertyName = "ListContractProviderContract")]
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(ChatCompletionContract))]
[JsonSerializable(typeof(ChatUsage))]
[JsonSerializable(typeof(ResponseRequest))]
[JsonSerializable(typeof(ResponseContract))]
[JsonSerializable(typeof(ResponseGiven))]
[JsonSerializable(typeof(ResponseInputContract))]
[JsonSerializable(typeof(ResponseDeletedContract))]
[JsonSerializable(typeof(EmbeddingRequest))]
[JsonSerializable(typeof(EmbeddingListContract))]
[JsonSerializable(typeof(OpenAiModelContract))]
[JsonSerializable(typeof(OpenAiModelListContract))]
[JsonSerializable(typeof(OpenAiErrorContract))]
[JsonSerializable(typeof(HealthContract))]
[JsonSerializable(typeof(DeepHealthContract))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    public static ApiJson Wire { get; } = Make();

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.ReadCommentHandling = JsonCommentHandling.Disallow;
        options.MaxDepth = 32;

        // The answers are JSON by content type and never part of a page: only what JSON itself needs is escaped.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new PlainText());
        options.Converters.Add(new UtcTime());
    }

    private static ApiJson Make()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        return new(options);
    }
}
