using System.Security.Cryptography;
using MeatLizard.Application.Identity;

namespace MeatLizard.Application.Relay.Workers;

/// <summary>A code that a person can read out: 20 characters of Crockford's base 32, 100 random bits, in groups of five.</summary>
internal static class EnrolmentCode
{
    public const int LongestInput = 64;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 20;
    private const int Group = 5;

    public static string New() =>
        string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(Group).Select(group => new string(group)));

    /// <summary>The stored form. Case, hyphens and the letters that look like digits do not matter.</summary>
    public static string Hash(string code)
    {
        var letters = code.ToUpperInvariant().Where(c => c is not ('-' or ' ')).Select(c => c switch
        {
            'O' => '0',
            'I' or 'L' => '1',
            _ => c,
        });
        return SecretToken.Hash(string.Concat(letters));
    }
}
