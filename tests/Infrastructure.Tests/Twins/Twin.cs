namespace MeatLizard.Infrastructure.Tests.Twins;

/// <summary>The adapters that a port has: the one within the process, and the one that hosts share.</summary>
internal enum Twin
{
    Memory,
    Redis,
}
