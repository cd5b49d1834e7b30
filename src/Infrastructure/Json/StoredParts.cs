using MeatLizard.Domain.Conversations;

namespace MeatLizard.Infrastructure.Json;

/// <summary>The column's form. The version changes only when an older reader would misread it; new part types don't change it.</summary>
internal sealed record StoredParts(int V, IReadOnlyList<MessagePart> Parts);
