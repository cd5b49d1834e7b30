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

    [TestCase("87, 1024, 24576\n3, 5, 8192\n", 0, new[] { 87L, 3 })]
    [TestCase("87, 1024, 24576\n3, 5, 8192\n", 1, new[] { 1024L, 5 })]
    [TestCase("87, 1024, 24576\n3, 5, 8192\n", 2, new[] { 24_576L, 8192 })]
    [TestCase("[N/A], 5, 10\n", 0, new long[0])]
    [TestCase("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 1, new long[0])]
    public void The_program_of_NVIDIAs_driver_is_understood(string output, int column, long[] expected) =>
        Assert.That(LinuxSensors.Column(output, column), Is.EqualTo(expected));

    [TestCase(Accelerator, "0.7 GB")]
    [TestCase("+-o IntelAccelerator\n      \"PerformanceStatistics\" = {\"Device Utilization %\"=52}\n", null)]
    public void A_mac_says_what_memory_its_GPU_has(string output, string? expected) => Assert.That(MacSensors.GpuMemory(output), Is.EqualTo(expected));

    [TestCase("The system has 17179869184 (1048576 pages with a page size of 16384).\nSystem-wide memory free percentage: 61%\n", "6.7 of 17.2 GB")]
    [TestCase("", null)]
    public void A_mac_says_how_full_its_memory_is(string output, string? expected) => Assert.That(MacSensors.Memory(output), Is.EqualTo(expected));

    [Test]
    public void A_kernel_that_does_not_say_what_is_available_says_nothing_of_memory() =>
        Assert.That(LinuxSensors.Memory("MemTotal:       16000000 kB\nMemFree:         1000000 kB\n"), Is.Null);

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
        await Write(folder, "class/drm/card0/device/mem_info_vram_used", "1000000000\n");
        await Write(folder, "class/drm/card0/device/mem_info_vram_total", "8000000000\n");
        await Write(folder, "class/drm/card1/device/mem_info_vram_used", "2100000000\n");
        await Write(folder, "class/drm/card1/device/mem_info_vram_total", "16000000000\n");
        await Write(folder, "meminfo", "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:    9000000 kB\n");
        Assert.That(
            await new LinuxSensors(folder, folder.File("no-nvidia"), memory: folder.File("meminfo")).Read(CancellationToken.None),
            Is.EqualTo(new SensorReading("64 % busy", "71 \u00b0C") { Memory = "7.2 of 16.4 GB", GpuMemory = "3.1 of 24.0 GB" }));
    }

    [Test]
    public async Task Where_nothing_can_be_told_nothing_is_said()
    {
        using var folder = new TestFolder();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await new LinuxSensors(folder, folder.File("no-nvidia"), memory: folder.File("none")).Read(CancellationToken.None), Is.EqualTo(SensorReading.Nothing));
            Assert.That(await new MacSensors("/nowhere/pmset", "/nowhere/ioreg", "/nowhere/memory_pressure").Read(CancellationToken.None), Is.EqualTo(SensorReading.Nothing));
        }
    }

    private static Task Write(TestFolder folder, string file, string text)
    {
        var path = folder.File(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return File.WriteAllTextAsync(path, text);
    }
}
