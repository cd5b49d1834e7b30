using AutoMapper;
using MeatLizard.Application.Identity;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Inference;
using MeatLizard.Domain.Operations;
using MeatLizard.Domain.Relay;
using MeatLizard.Presentation.Api.Conversations;
using MeatLizard.Presentation.Api.Identity;
using MeatLizard.Presentation.Api.Identity.People;
using MeatLizard.Presentation.Api.Operations;
using MeatLizard.Presentation.Api.Relay;

namespace MeatLizard.Presentation.Api;

/// <summary>From what is read to what callers see, and never back. Flat: no mapped type refers to itself.</summary>
internal sealed class ApiMapping : Profile
{
    public ApiMapping()
    {
        CreateMap<SessionId, Guid>().ConvertUsing(id => id.Value);
        CreateMap<MessageId, Guid>().ConvertUsing(id => id.Value);
        CreateMap<RequestId, Guid>().ConvertUsing(id => id.Value);
        CreateMap<UserId, Guid>().ConvertUsing(id => id.Value);
        CreateMap<ApiKeyId, Guid>().ConvertUsing(id => id.Value);
        CreateMap<MessageId?, Guid?>().ConvertUsing(id => id.HasValue ? id.Value.Value : null);
        CreateMap<RequestId?, Guid?>().ConvertUsing(id => id.HasValue ? id.Value.Value : null);

        CreateMap<ChatSessionState, SessionContract>();
        CreateMap<Origin, OriginContract>();
        CreateMap<TokenUsage, UsageContract>();
        CreateMap<MessageError, ErrorContract>();
        CreateMap<MessagePart, PartContract>().ConvertUsing(part => ToContract(part));
        CreateMap<Message, MessageContract>()
            .ForMember(contract => contract.ClientMessageId, member => member.MapFrom(message => message.ClientKey));
        CreateMap<RelayRequestState, RequestContract>()
            .ForMember(contract => contract.MessageId, member => member.MapFrom(request => request.LeafId))
            .ForMember(contract => contract.State, member => member.MapFrom(request => RequestReference.StateOf(request.Status)))
            .ForMember(contract => contract.Attempts, member => member.MapFrom(request => request.Attempt))
            .ForMember(
                contract => contract.Origin, member => member.MapFrom(request => request.Target == null ? null : request.Target.Origin))
            .ForMember(contract => contract.Error, member => member.MapFrom(request => request.Failure))
            .ForMember(contract => contract.EventsUrl, member => member.MapFrom(request => RequestReference.EventsUrlOf(request.Id)));
        CreateMap<Account, UserContract>()
            .ForMember(contract => contract.Id, member => member.MapFrom(account => account.User.Id))
            .ForMember(contract => contract.Name, member => member.MapFrom(account => account.User.Name))
            .ForMember(contract => contract.Role, member => member.MapFrom(account => account.User.Role))
            .ForMember(contract => contract.CreatedAt, member => member.MapFrom(account => account.User.CreatedAt));
        CreateMap<Account, PersonContract>()
            .ForMember(contract => contract.Id, member => member.MapFrom(account => account.User.Id))
            .ForMember(contract => contract.Name, member => member.MapFrom(account => account.User.Name))
            .ForMember(contract => contract.Role, member => member.MapFrom(account => account.User.Role))
            .ForMember(contract => contract.Status, member => member.MapFrom(account => account.User.Status))
            .ForMember(contract => contract.CreatedAt, member => member.MapFrom(account => account.User.CreatedAt));
        CreateMap<AuditEntry, AuditContract>();
        CreateMap<ApiKeyState, KeyContract>();
        CreateMap<ApiKeyState, IssuedKeyContract>()
            .ForMember(contract => contract.Key, member => member.Ignore())
            .ForMember(contract => contract.SecretAlreadyShown, member => member.Ignore());
    }

    private static PartContract ToContract(MessagePart part) => part switch
    {
        TextPart text => new() { Type = "text", Text = text.Text },
        ReasoningPart reasoning => new() { Type = "reasoning", Text = reasoning.Text },
        ToolCallPart call => new() { Type = "tool_call", CallId = call.CallId, Name = call.Name, Arguments = call.Arguments },
        ToolResultPart result => new() { Type = "tool_result", CallId = result.CallId, Content = result.Content },
        FilePart file => new() { Type = "file", Sha256 = file.Sha256, Name = file.Name, MediaType = file.MediaType, Size = file.Size },
        ImagePart image => new() { Type = "image", MediaType = image.MediaType },
        UnknownPart unknown => new() { Type = unknown.Type },
        _ => new() { Type = "unknown" },
    };
}
