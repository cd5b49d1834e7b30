using MeatLizard.Application.Inference;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Application.Relay.Stateless;

/// <summary>What can go wrong with a call on this side of the way.</summary>
internal static class StatelessFaults
{
    public static MessageError Lost { get; } = new("worker_lost", "The worker can't be reached any more. Try again.", Retryable: true);

    public static MessageError TooLarge { get; } =
        new("context_exceeded", "The call is too large to be sent to a worker. Send less of the conversation, or smaller images.", Retryable: false);

    /// <param name="model">As the caller wrote it.</param>
    public static MessageError CannotSee(string model) => new(
        "model_without_images",
        $"The model \u201c{model}\u201d takes no images. Ask one that the list of models shows with images, or leave them out.",
        Retryable: false);

    /// <param name="model">As the caller wrote it.</param>
    public static MessageError CannotChat(string model) => new(
        EngineException.CannotChat, $"The model \u201c{model}\u201d makes embeddings and does not chat. Choose another one.", Retryable: false);

    /// <summary>Older workers pass the kind of an order over, and answer a text with words.</summary>
    public static MessageError CannotEmbed { get; } =
        new("embeddings_unsupported", "The worker that has this model makes no embeddings. Update it, or ask another model.", Retryable: false);
}
