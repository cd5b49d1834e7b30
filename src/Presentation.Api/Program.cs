using MeatLizard.Infrastructure.HostMemory;
using MeatLizard.Infrastructure.HostStart;
using MeatLizard.Presentation.Api;
using MeatLizard.Presentation.Api.Configuration;

const int wrongConfiguration = 2;
try
{
    if (CommandLine.Parse(args) is { ShowConfiguration: true } asked)
    {
        ConfigurationReport.Write(ApiApplication.Configure(asked).Configuration, Console.Out);
        return 0;
    }

    await using var app = ApiApplication.Build(args);
    var setupToken = await ApiApplication.Prepare(app, CancellationToken.None);
    await ApiApplication.Listen(app, CancellationToken.None);
    Greeting.Write(app, setupToken, Console.Out);
    using var memory = new MemoryReturn(TimeProvider.System);
    using var hangUp = HangUp.Stops(app);
    await app.WaitForShutdownAsync();
    return app.HasFallen() ? 1 : 0;
}
catch (WrongConfigurationException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return wrongConfiguration;
}
