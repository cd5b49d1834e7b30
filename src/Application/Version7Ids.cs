namespace MeatLizard.Application;

internal sealed class Version7Ids(TimeProvider time) : IIdSource
{
    public Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());
}
