namespace MeatLizard.Domain.Conversations.Choice;

/// <summary>Who can say which model is asked, in the order in which they are heard.</summary>
public enum ModelLevel
{
    Session,
    User,
    Place,
    Installation,
}
