namespace MeatLizard.EndToEnd.Tests.Durability.Relay;

/// <summary>A host of the relay, by the name that the kill host knows it by.</summary>
internal enum RelayRole
{
    Api,
    Server,
    Worker,
}
