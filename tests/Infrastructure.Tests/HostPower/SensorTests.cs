using MeatLizard.Application.Inference;
using MeatLizard.Infrastructure.HostPower;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.HostPower;

/// <summary>What pmset, ioreg, nvidia-smi and the kernel say on several machines.</summary>
[TestFixture]
internal sealed class SensorTests
{
    private const string NeverWarm =
        "Note: No thermal warning level has been recorded\nNote: No performance warning level has been recorded\nNote: No CPU power status has been recorded\n";

    private const string Slowed =
        "Note: No thermal warning level has been recorded\nNote: No performance warning level has been recorded\n2020-11-24 13:10:40 +0100 CPU Power notify\n"
        + "\tCPU_Scheduler_Limit \t= 100\n\tCPU_Available_CPUs \t= 8\n\tCPU_Speed_Limit \t= 35\n";

    private const string Accelerator =
        "+-o AGXAcceleratorG13X  <class AGXAcceleratorG13X, id 0x1000003c9, registered, matched, active, busy 0 (0 ms), retain 93>\n    {\n"
        + "      \"PerformanceStatistics\" = {\"In use system memory (driver)\"=0,\"Alloc system memory\"=2367389696,\"Tiler Utilization %\"=14,"
        + "\"recoveryCount\"=0,\"Renderer Utilization %\"=15,\"Device Utilization %\"=37,\"In use system memory\"=731971584}\n"
        + "      \"model\" = \"Apple M1 Pro\"\n    }\n";

    [TestCase(NeverWarm, null)]
    [TestCase(Slowed, "slowed to 35 %")]
    [TestCase("2020-11-24 13:10:40 +0100 CPU Power notify\n\tCPU_Scheduler_Limit \t= 100\n\tCPU_Available_CPUs \t= 8\n\tCPU_Speed_Limit \t= 100\n", "not slowed")]
    [TestCase("", null)]
    public void A_mac_says_whether_heat_slows_it(string output, string? expected) => Assert.That(MacSensors.Thermal(output), Is.EqualTo(expected));

    [TestCase(Accelerator, "37 % busy")]
    [TestCase(Accelerator + "+-o IntelAccelerator\n      \"PerformanceStatistics\" = {\"Device Utilization %\"=52}\n", "52 % busy")]
    [TestCase("", null)]
    public void A_mac_says_how_busy_its_GPU_is(string output, string? expected) => Assert.That(MacSensors.Gpu(output), Is.EqualTo(expected));

    [TestCase("87\n3\n", new[] { 87, 3 })]
    [TestCase("[N/A]\n", new int[0])]
    [TestCase("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", new int[0])]
    public void The_program_of_NVIDIAs_driver_is_understood(string output, int[] expected) =>
        Assert.That(LinuxSensors.Busy(output), Is.EqualTo(expected));

    [Test]
    public async Task On_Linux_the_warmest_zone_and_the_busiest_GPU_count()
    {
        using var folder = new TestFolder();
        await Write(folder, "class/thermal/thermal_zone0/temp", "27800\n");
        await Write(folder, "class/thermal/thermal_zone1/temp", "71500\n");
        await Write(folder, "class/thermal/thermal_zone2/temp", "-273200\n");
        Directory.CreateDirectory(folder.File("class/thermal/thermal_zone3"));
        await Write(folder, "class/thermal/cooling_device0/temp", "99000\n");
        await Write(folder, "class/drm/card0/device/gpu_busy_percent", "12\n");
        await Write(folder, "class/drm/card1/device/gpu_busy_percent", "64\n");
        Directory.CreateDirectory(folder.File("class/drm/card0-HDMI-A-1"));
        Assert.That(
            await new LinuxSensors(folder, folder.File("no-nvidia")).Read(CancellationToken.None),
            Is.EqualTo(new SensorReading("64 % busy", "71 \u00b0C")));
    }

    [Test]
    public async Task Where_nothing_can_be_told_nothing_is_said()
    {
        using var folder = new TestFolder();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await new LinuxSensors(folder, folder.File("no-nvidia")).Read(CancellationToken.None), Is.EqualTo(SensorReading.Nothing));
            Assert.That(await new MacSensors("/nowhere/pmset", "/nowhere/ioreg").Read(CancellationToken.None), Is.EqualTo(SensorReading.Nothing));
        }
    }

    private static Task Write(TestFolder folder, string file, string text)
    {
        var path = folder.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.WriteAllTextAsync(path, text);
    }
}
