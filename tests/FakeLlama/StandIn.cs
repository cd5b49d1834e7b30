namespace MeatLizard.FakeLlama;

internal static class StandIn
{
    public static Task<int> RunAsync(string[] args) => Task.FromResult(args.Length);
}
