using MeatLizard.Bench;
using MeatLizard.Bench.Sockets;
using MeatLizard.Bench.Stateless;

Func<IReadOnlyList<string>, Task>? other = args is [var verb, ..]
    ? verb switch
    {
        BareServer.Verb => BareServer.Run,
        PausedHost.Verb => PausedHost.Run,
        PassThrough.Verb => PassThrough.Run,
        InstantModel.Verb => InstantModel.Run,
        EchoServer.Verb => EchoServer.Run,
        _ => null,
    }
    : null;
if (other is null)
{
    return await Run.All(args);
}

await other(args[1..]);
return 0;
