using MeatLizard.Domain.Relay;

namespace MeatLizard.Infrastructure.Relay;

/// <summary>What an engine has just generated: often one token. A tool call comes whole.</summary>
internal readonly record struct GeneratedText(ChunkKind Kind, string Text);
