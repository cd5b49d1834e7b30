using MeatLizard.Application.Identity;
using Microsoft.AspNetCore.Identity;

namespace MeatLizard.Infrastructure.Identity;

internal sealed class FrameworkPasswordHasher : IPasswordHasher
{
    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher = new();
    private readonly Lazy<string> _decoy;

    public FrameworkPasswordHasher() => _decoy = new(() => _hasher.HashPassword(Nobody, SecretToken.New()));

    public string Hash(string password) => _hasher.HashPassword(Nobody, password);

    public bool Verify(string? hash, string password) =>
        _hasher.VerifyHashedPassword(Nobody, hash ?? _decoy.Value, password) != PasswordVerificationResult.Failed && hash is not null;
}
