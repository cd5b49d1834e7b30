using MeatLizard.Application.Inference;
using Microsoft.Extensions.AI;

namespace MeatLizard.Infrastructure.Tests.LlamaCpp;

/// <summary>What arrived of one answer.</summary>
internal sealed class Answer
{
    public List<ChatResponseUpdate> Updates { get; } = [];
    public IEnumerable<AIContent> Contents => Updates.SelectMany(x => x.Contents);
    public string Text => string.Concat(Contents.OfType<TextContent>().Select(x => x.Text));
    public string Reasoning => string.Concat(Contents.OfType<TextReasoningContent>().Select(x => x.Text));
    public int Pieces => Contents.Count(x => x is TextContent or TextReasoningContent);
    public UsageDetails Usage => Contents.OfType<UsageContent>().Single().Details;
    public ChatFinishReason? Finish => Updates.Select(x => x.FinishReason).SingleOrDefault(x => x is not null);
    public long Cached => Usage.AdditionalCounts![EngineTags.CachedTokens];
    public long Processed => Usage.InputTokenCount!.Value - Cached;

    public void Add(ChatResponseUpdate update) => Updates.Add(update);
}
