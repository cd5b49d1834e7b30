using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.HostPower;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.HostPower;

/// <summary>What the kernel shows below /sys/class/power_supply on several machines.</summary>
[TestFixture]
internal sealed class SysfsTests
{
    private static readonly TestCaseData<string, PowerReading?>[] Machines =
    [
        new("AC: type=Mains online=0 | BAT0: type=Battery present=1 status=Discharging capacity=57", new(false, 57)),
        new("AC: type=Mains online=1 | BAT0: type=Battery present=1 status=Charging capacity=57", new(true, 57)),
        new("ADP1: type=Mains online=1 | BAT1: type=Battery present=1 status=Full capacity=100", new(true, 100)),
        new("AC: type=Mains online=1 | BAT0: type=Battery present=1 status=Not+charging capacity=80", new(true, 80)),
        new("AC: type=Mains online=0 | BAT0: type=Battery present=1 status=Unknown capacity=90 | BAT1: type=Battery present=1 status=Discharging capacity=11",
            new(false, 50)),
        new("AC: type=Mains online=0 | ucsi-source-psy-1: type=USB online=1 | BAT0: type=Battery status=Charging capacity=5", new(true, 5)),
        new("macsmc-battery: type=Battery status=Discharging capacity=33", new(false, 33)),
        new("AC: type=Mains online=0 | BAT0: type=Battery present=0", null),
        new("hidpp_battery_0: type=Battery scope=Device status=Discharging capacity=4", null),
        new("AC: type=Mains online=1 | hidpp_battery_0: type=Battery scope=Device status=Discharging capacity=4", null),
        new("", null),
    ];

    [TestCaseSource(nameof(Machines))]
    public async Task It_says_what_the_machine_runs_on(string machine, PowerReading? expected)
    {
        using var folder = new TestFolder();
        foreach (var supply in machine.Split(" | ", StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, files) = (supply.Split(": ")[0], supply.Split(": ")[1].Split(' '));
            Directory.CreateDirectory(folder.File(name));
            foreach (var file in files)
            {
                await File.WriteAllTextAsync(folder.File($"{name}/{file.Split('=')[0]}"), file.Split('=')[1].Replace('+', ' ') + "\n");
            }
        }

        Assert.That(await new SysfsPower(folder).Read(CancellationToken.None), Is.EqualTo(expected));
    }

    [Test]
    public async Task Where_there_is_no_such_folder_nobody_can_tell() =>
        Assert.That(await new SysfsPower("/nowhere").Read(CancellationToken.None), Is.Null);
}
