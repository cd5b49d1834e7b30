namespace MeatLizard.Domain.Tests;

internal static class Refusals
{
    /// <returns>The code with which the domain refuses; null when it does not.</returns>
    public static string? Code(Action verb)
    {
        try
        {
            verb();
            return null;
        }
        catch (DomainException refused)
        {
            return refused.Code;
        }
    }
}
