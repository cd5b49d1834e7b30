using System.Text;

namespace MeatLizard.Infrastructure.Relay.Frames;

/// <summary>What a carrier asks of the frames that it carries.</summary>
internal sealed record CarrierTerms
{
    public const int MaxBinding = 200;

    /// <param name="binding">Where the frame travels; it opens nowhere else.</param>
    /// <param name="maxPart">Bytes of plaintext in one frame, length and padding included.</param>
    /// <param name="compressPrompts">Whether bandwidth is dearer here than the time to compress.</param>
    public CarrierTerms(string binding, int maxPart, bool compressPrompts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPart, Frame.SmallestPart);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPart, Frame.LargestPart);
        if (binding.Length == 0 || Encoding.UTF8.GetByteCount(binding) > MaxBinding)
            throw new ArgumentException($"A binding has 1 to {MaxBinding} bytes.", nameof(binding));

        Binding = binding;
        MaxPart = maxPart;
        CompressPrompts = compressPrompts;
    }

    public string Binding { get; }

    public int MaxPart { get; }

    public bool CompressPrompts { get; }

    public static CarrierTerms Local { get; } = new("local", Frame.LinkPart, false);

    public static CarrierTerms Link(string connectionId) => new("link:" + connectionId, Frame.LinkPart, true);

    /// <param name="channelId">The channel that the frame is posted in.</param>
    /// <param name="authorId">The bot that posts it.</param>
    public static CarrierTerms Discord(ulong channelId, ulong authorId) => new($"discord:{channelId}:{authorId}", Frame.DiscordPart, true);
}
