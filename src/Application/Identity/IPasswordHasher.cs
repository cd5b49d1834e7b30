namespace MeatLizard.Application.Identity;

public interface IPasswordHasher
{
    string Hash(string password);

    /// <param name="hash">Null when there is no such account: costs as much as a real one, and answers false.</param>
    bool Verify(string? hash, string password);
}
