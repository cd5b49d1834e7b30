using MeatLizard.DiscordStandIn;

try
{
    await using var discord = await StandIn.Start(CommandLine.Read(args));
    Console.WriteLine($"The Discord stand-in is ready at {discord.BaseAddress}");
    await discord.Ended;
    return 0;
}
catch (Exception wrong) when (wrong is ArgumentException or IOException or FormatException)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 2;
}
