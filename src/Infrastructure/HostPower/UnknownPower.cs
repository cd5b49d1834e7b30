using MeatLizard.Application.Inference;

namespace MeatLizard.Infrastructure.HostPower;

/// <summary>A machine that is always on mains as far as anybody knows.</summary>
internal sealed class UnknownPower : IHostPower
{
    public Task<PowerReading?> Read(CancellationToken cancellationToken) => Task.FromResult<PowerReading?>(null);
}
