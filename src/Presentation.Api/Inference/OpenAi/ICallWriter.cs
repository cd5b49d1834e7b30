using System.Buffers;
using MeatLizard.Application.Relay.Stateless;
using MeatLizard.Domain.Conversations;

namespace MeatLizard.Presentation.Api.Inference.OpenAi;

/// <summary>The server-sent events of one kind of streamed call.</summary>
internal interface ICallWriter : IDisposable
{
    /// <summary>Who has been asked; perhaps somebody else later, but not any more once there is a piece.</summary>
    void By(Origin origin);

    /// <summary>Before any piece, once.</summary>
    void Begin(IBufferWriter<byte> output);

    void Piece(IBufferWriter<byte> output, StatelessPiece piece);

    /// <summary>The last of it.</summary>
    void Complete(IBufferWriter<byte> output, StatelessCompleted end);

    /// <summary>The last of it, when it broke off after the beginning was sent.</summary>
    void Fail(IBufferWriter<byte> output, MessageError error);
}
