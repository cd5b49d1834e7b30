using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.LlamaCpp;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MeatLizard.FakeLlama;

/// <summary>
/// host SETTINGS.json: a process with the engine in it and nothing else, made to be killed. It asks the first model and prints the answer.
/// </summary>
internal static class EngineHost
{
    public static async Task<int> RunAsync(string settings)
    {
        var configuration = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(settings)).Build();
        await using var services = new ServiceCollection().AddLlamaCpp(configuration).BuildServiceProvider();
        Console.WriteLine("asking");
        try
        {
            await foreach (var update in services.GetRequiredService<IChatClient>().GetStreamingResponseAsync("hello"))
            {
                if (update.Text.Length > 0)
                    Console.WriteLine("answering");
            }
        }
        catch (EngineException wrong)
        {
            Console.WriteLine(wrong.Code + ": " + wrong.Message);
        }
        Console.WriteLine("answered");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
