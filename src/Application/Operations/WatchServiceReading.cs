using MediatR;

namespace MeatLizard.Application.Operations;

/// <summary>The same as <see cref="GetServiceReading"/>, for what the host itself shows.</summary>
public sealed record WatchServiceReading : IRequest<Outcome<ServiceReading>>, IForTheHost;

internal sealed class WatchServiceReadingHandler(ServiceGauge gauge) : IRequestHandler<WatchServiceReading, Outcome<ServiceReading>>
{
    public async Task<Outcome<ServiceReading>> Handle(WatchServiceReading request, CancellationToken cancellationToken) =>
        await gauge.Read(cancellationToken);
}
