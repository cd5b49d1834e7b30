using System.Reflection;
using AutoMapper;
using AutoMapper.Configuration;

namespace MeatLizard.Presentation.Api;

/// <summary>The profile, made ready when it is first needed: a start has no time for it.</summary>
internal sealed class ApiMapper
{
    private readonly Lazy<IMapper> _mapper = new(() => Configure().CreateMapper());

    public static MapperConfiguration Configure()
    {
        var expression = new WithoutExtensionMethods();
        expression.AddProfile<ApiMapping>();
        return new(expression);
    }

    public T Map<T>(object read) => _mapper.Value.Map<T>(read);

    /// <summary>
    /// AutoMapper 8 looks for members among the extension methods of Enumerable as well, and trips over the constraints that .NET's
    /// newer ones have.
    /// </summary>
    private sealed class WithoutExtensionMethods : MapperConfigurationExpression, IProfileConfiguration
    {
        IEnumerable<MethodInfo> IProfileConfiguration.SourceExtensionMethods => [];
    }
}
