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
    await app.StartAsync();
    Greeting.Write(app, setupToken, Console.Out);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (WrongConfigurationException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return wrongConfiguration;
}
catch (IOException wrong) when (wrong.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    Console.Error.WriteLine($"Urls: the address is taken by another program; choose another one with --urls. ({wrong.Message})");
    return wrongConfiguration;
}
