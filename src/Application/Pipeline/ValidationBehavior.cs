using FluentValidation;
using MediatR;

namespace MeatLizard.Application.Pipeline;

internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResponse>
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, cancellationToken);
            if (!result.IsValid)
            {
                var errors = result.Errors
                    .GroupBy(error => FieldNames.ToWire(error.PropertyName))
                    .ToDictionary(group => group.Key, group => group.Select(error => error.ErrorMessage).ToArray());
                return TResponse.Refused(
                    new(RefusalKind.Invalid, "invalid_request", result.Errors[0].ErrorMessage) { Errors = errors });
            }
        }

        return await next();
    }
}
