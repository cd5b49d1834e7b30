using MeatLizard.Application.Relay;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>Wakes the readers in this process at once, and those of other hosts through Redis; they are told the request's id and ask the table.</summary>
internal sealed class RedisReplySignal(MemoryReplySignal here, RedisLink link) : IReplySignal
{
    public void Raise(RequestId request)
    {
        here.Raise(request);
        link.Tell(Notice.Reply, request.Value.ToByteArray());
    }

    public void Raise(RequestId request, IReadOnlyList<ReplyEvent> committed)
    {
        here.Raise(request, committed);
        link.Tell(Notice.Reply, request.Value.ToByteArray());
    }

    public IReplySubscription Subscribe(RequestId request) => here.Subscribe(request);
}
