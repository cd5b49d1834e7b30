using MediatR;

namespace MeatLizard.Application.Operations;

/// <summary>How the service is now: queue, the last hour's answers, workers.</summary>
public sealed record GetServiceReading : IRequest<Outcome<ServiceReading>>, IForAdmins;

internal sealed class GetServiceReadingHandler(ServiceGauge gauge) : IRequestHandler<GetServiceReading, Outcome<ServiceReading>>
{
    public async Task<Outcome<ServiceReading>> Handle(GetServiceReading request, CancellationToken cancellationToken) =>
        await gauge.Read(cancellationToken);
}
