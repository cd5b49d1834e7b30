namespace MeatLizard.Infrastructure.Providers;

/// <summary>What a fault says about the provider, and thereby what is done about it.</summary>
internal enum FaultClass
{
    /// <summary>Nothing: it lies in the request, or in what was asked for. Asking the same once more is useless.</summary>
    OfTheRequest,

    /// <summary>It takes nobody's questions until its owner has done something. Asking once more is useless, and it counts.</summary>
    OfTheAccount,

    /// <summary>It may be over in a moment: it is asked again, and it counts.</summary>
    Passing,
}
