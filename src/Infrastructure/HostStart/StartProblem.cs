using System.Data.Common;
using System.Net.Sockets;
using MeatLizard.Domain;
using MeatLizard.Infrastructure.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MeatLizard.Infrastructure.HostStart;

/// <summary>Why a host cannot start as it is set up: a sentence for whoever reads its console, in place of a stack.</summary>
public static class StartProblem
{
    /// <summary>How the framework's binder begins where a value has the wrong form; it goes on with value and key.</summary>
    private const string Unbound = "Failed to convert configuration value";

    /// <summary>Looks at all settings before anything is started: in the middle of its start a host would log what it meets with its stack.</summary>
    /// <exception cref="OptionsValidationException">One of them cannot be used.</exception>
    /// <exception cref="InvalidOperationException">One of them has the wrong form.</exception>
    public static void Check(IHost host) => host.Services.GetService<IStartupValidator>()?.Validate();

    /// <returns>Null when it is no matter of settings or surroundings: then the stack says more.</returns>
    public static string? Of(Exception failure) => failure switch
    {
        OptionsValidationException wrong => string.Join(' ', wrong.Failures),
        InvalidOperationException wrong when wrong.Message.StartsWith(Unbound, StringComparison.Ordinal) => wrong.Message,
        MigrationException or DomainException or FormatException => failure.Message,
        DbException or SocketException => $"The database cannot be used: {failure.Message}",
        IOException or UnauthorizedAccessException => $"DataFolder cannot be used: {failure.Message}",
        _ => null,
    };
}
