using MeatLizard.Application.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.Identity;

internal sealed class FrameworkPasswordHasher : IPasswordHasher
{
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher;
    private readonly Lazy<string> _decoy;

    public FrameworkPasswordHasher(IOptions<PasswordHasherOptions> options)
    {
        _hasher = new(options);
        _decoy = new(() => _hasher.HashPassword(Nobody, SecretToken.New()));
    }

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    public bool Verify(string? hash, string password)
    {
        // Made by whoever comes first, not by the first one without an account: that would take twice as long.
        var decoy = _decoy.Value;
        return _hasher.VerifyHashedPassword(Nobody, hash ?? decoy, password) != PasswordVerificationResult.Failed && hash is not null;
    }
}
