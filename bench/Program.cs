using MeatLizard.Bench;

if (args is [BareServer.Verb, .. var bare])
{
    await BareServer.Run(bare);
    return 0;
}

if (args is [PausedHost.Verb, .. var host])
{
    await PausedHost.Run(host);
    return 0;
}

return await Run.All(args);
