using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.HostPower;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.HostPower;

/// <summary>What pmset says on several Macs.</summary>
[TestFixture]
internal sealed class PmsetTests
{
    private static readonly TestCaseData<string, PowerReading?>[] Outputs =
    [
        new("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t85%; discharging; 4:32 remaining present: true\n", new(false, 85)),
        new("Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t100%; charged; 0:00 remaining present: true\n", new(true, 100)),
        new("Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t41%; charging; 1:58 remaining present: true\n", new(true, 41)),
        new("Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t80%; AC attached; not charging present: true\n", new(true, 80)),
        new("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=6553699)\t7%; discharging; (no estimate) present: true\n", new(false, 7)),
        new("Now drawing from 'Battery Power'\n -InternalBattery-0\t63%; discharging; 3:42 remaining present: true\n", new(false, 63)),
        new("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t9%; discharging; 0:20 remaining present: true\n" +
            " -InternalBattery-1 (id=2)\t0%; charged; 0:00 remaining present: false\n", new(false, 9)),
        new("Now drawing from 'AC Power'\n", new(true, null)),
        new("Now drawing from 'UPS Power'\n -Back-UPS ES 700 (id=7602176)\t93%; discharging; 0:35 remaining present: true\n", new(false, 93)),
        new("", null),
        new("pmset: illegal option\n", null),
    ];

    [TestCaseSource(nameof(Outputs))]
    public void It_says_what_the_mac_runs_on(string output, PowerReading? expected) => Assert.That(PmsetPower.Parse(output), Is.EqualTo(expected));

    [Test]
    public async Task The_program_is_asked()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TestFolder();
        var program = folder.File("pmset");
        await File.WriteAllTextAsync(
            program,
            "#!/bin/sh\n[ \"$*\" = '-g batt' ] && printf \"Now drawing from 'Battery Power'\\n -InternalBattery-0 (id=1)\\t12%%; discharging; 0:30 remaining present: true\\n\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.That(await new PmsetPower(program).Read(CancellationToken.None), Is.EqualTo(new PowerReading(false, 12)));
    }

    [Test]
    public async Task Where_there_is_no_such_program_nobody_can_tell() =>
        Assert.That(await new PmsetPower("/nowhere/pmset").Read(CancellationToken.None), Is.Null);
}
