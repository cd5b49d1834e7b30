using System.Text;
using MeatLizard.Application.Conversations;
using MeatLizard.Application.Identity;
using MeatLizard.Application.Relay;
using MeatLizard.Domain.Identity;
using MeatLizard.Domain.Relay;
using MeatLizard.Infrastructure.Embedded;
using Microsoft.Extensions.Hosting;

namespace MeatLizard.Infrastructure.Redis;

/// <summary>Passes on what is to be known at other hosts, and does here what they say.</summary>
internal sealed class RedisNotices(RedisLink link, MemoryReplySignal replies, OutboxBell bell, Credentials credentials, PlaceTable places)
    : IHostedService
{
    private const int IdSize = 16;
    private const int LongestHash = 128;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        bell.CallsOthers += CallOthers;
        credentials.Revoked += TellRevoked;
        credentials.UserChanged += TellUser;
        places.Changed += TellPlaces;
        link.Heard += Hear;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        bell.CallsOthers -= CallOthers;
        credentials.Revoked -= TellRevoked;
        credentials.UserChanged -= TellUser;
        places.Changed -= TellPlaces;
        link.Heard -= Hear;
        return Task.CompletedTask;
    }

    private void CallOthers() => link.Tell(Notice.Outbox, []);

    private void TellRevoked(string hash) => link.Tell(Notice.Revoked, Encoding.ASCII.GetBytes(hash));

    private void TellUser(UserId user) => link.Tell(Notice.User, user.Value.ToByteArray());

    private void TellPlaces() => link.Tell(Notice.Places, []);

    private void Hear(Notice notice, ReadOnlyMemory<byte> content)
    {
        switch (notice)
        {
            case Notice.Reply when content.Length == IdSize:
                replies.Raise(new RequestId(new Guid(content.Span)));
                break;
            case Notice.Outbox:
                bell.RingFromElsewhere();
                break;
            case Notice.Revoked when content.Length <= LongestHash:
                credentials.ForgetHere(Encoding.ASCII.GetString(content.Span));
                break;
            case Notice.User when content.Length == IdSize:
                credentials.ForgetUserHere(new(new Guid(content.Span)));
                break;
            case Notice.Places:
                places.ForgetHere();
                break;
        }
    }
}
