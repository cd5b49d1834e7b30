namespace MeatLizard.Application;

/// <summary>Draws new ids: UUID version 7, so that ids sort by age.</summary>
public interface IIdSource
{
    Guid NewId();
}
