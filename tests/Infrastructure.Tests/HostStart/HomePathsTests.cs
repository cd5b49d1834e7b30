using MeatLizard.Infrastructure.HostStart;
using Microsoft.Extensions.Configuration;

namespace MeatLizard.Infrastructure.Tests.HostStart;

internal sealed class HomePathsTests
{
    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    [Test]
    public void A_place_below_the_home_folder_is_written_out_wherever_it_comes_from()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["DataFolder"] = "~/data", ["Inference:LlamaServer"] = "~/bin/llama-server" })
            .AddCommandLine(["--Inference:Models=~/my models"])
            .Build();
        HomePaths.Expand(configuration);
        Assert.That(
            (configuration["DataFolder"], configuration["Inference:LlamaServer"], configuration["Inference:Models"]),
            Is.EqualTo(($"{Home}/data", $"{Home}/bin/llama-server", $"{Home}/my models")));
        Assert.That(configuration.Providers.Last().TryGet("DataFolder", out _), Is.False, "It stays where it came from.");
    }

    [TestCase("./data")]
    [TestCase("/srv/~/data")]
    [TestCase("~anna/data")]
    public void Any_other_place_is_left_as_it_is(string place)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine([$"--DataFolder={place}"]).Build();
        HomePaths.Expand(configuration);
        Assert.That(configuration["DataFolder"], Is.EqualTo(place));
    }
}
