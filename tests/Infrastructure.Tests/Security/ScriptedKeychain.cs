using MeatLizard.Infrastructure.Security;
using MeatLizard.Testing;

namespace MeatLizard.Infrastructure.Tests.Security;

/// <summary>The keychain's own program, played by a script that takes the same words.</summary>
internal static class ScriptedKeychain
{
    private const string Program = "security";

    // Keeps one file for each service and account; remembers what stood in its arguments. A keychain that is locked gives and takes nothing.
    private const string Script = """
        #!/bin/sh
        here=$(dirname "$0")
        echo "$@" >>"$here/arguments"
        [ ! -e "$here/locked" ] || exit 36
        case $1 in
          -i) read -r add update flag account rest; set -- $rest; echo "$4" >"$here/$2.$account" ;;
          delete-generic-password) [ -f "$here/$5.$3" ] && rm "$here/$5.$3" || exit 44 ;;
          find-generic-password) [ -f "$here/$5.$3" ] && cat "$here/$5.$3" || exit 44 ;;
        esac
        """;

    public static void Write(TestFolder folder)
    {
        File.WriteAllText(folder.File(Program), Script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.File(Program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    /// <param name="worker">The worker's data folder, below the test's.</param>
    public static KeychainRootStore Of(TestFolder folder, string worker) => new(folder.File(worker), folder.File(Program));

    /// <summary>It gives and takes nothing, as over SSH.</summary>
    public static void Lock(TestFolder folder) => File.WriteAllText(folder.File("locked"), "");
}
