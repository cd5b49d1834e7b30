namespace MeatLizard.Domain;

/// <summary>Something that has happened to an aggregate. Named in the past tense.</summary>
public interface IDomainEvent;
