using MeatLizard.Application.Identity.People;
using MeatLizard.Application.Operations;
using MeatLizard.Domain.Conversations;
using MeatLizard.Domain.Conversations.Choice;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Operations;
using MeatLizard.Domain.Relay;

namespace MeatLizard.Application.Identity.Departure;

/// <summary>One thing that is kept of somebody.</summary>
public abstract record PersonalRecord;

public sealed record PersonalIdentity(Domain.Identity.Identity Identity) : PersonalRecord;

public sealed record PersonalKey(ApiKeyState Key) : PersonalRecord;

public sealed record PersonalSignIn(SignIn SignIn) : PersonalRecord;

public sealed record PersonalRecovery(OpenRecovery Recovery) : PersonalRecord;

/// <summary>They are in it.</summary>
public sealed record PersonalGroup(UserGroupState Group) : PersonalRecord;

/// <summary>Theirs alone, or a key's of theirs.</summary>
public sealed record PersonalLimit(Limit Limit) : PersonalRecord;

public sealed record PersonalInvitation(InvitationState Invitation) : PersonalRecord;

/// <summary>What holds in conversations of theirs that say nothing else.</summary>
public sealed record PersonalDefaults(UserDefaults Defaults) : PersonalRecord;

public sealed record PersonalSession(ChatSessionState Session) : PersonalRecord;

/// <summary>In place of a session's line; its messages and its request follow as a session's do.</summary>
public sealed record PersonalResponse(StoredResponse Response) : PersonalRecord;

public sealed record PersonalMessage(Message Message) : PersonalRecord;

public sealed record PersonalRequest(RelayRequestState Request) : PersonalRecord;

public sealed record PersonalUsage(UsageEntry Usage) : PersonalRecord;

/// <summary>What the person asked for; of what others did to them, not who it was.</summary>
public sealed record PersonalAudit(AuditEntry Entry) : PersonalRecord;
