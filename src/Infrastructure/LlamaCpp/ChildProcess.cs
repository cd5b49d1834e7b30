using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MeatLizard.Infrastructure.LlamaCpp;

/// <summary>
/// A program that can't outlive us. .NET can't tie a child's life to its parent's, so a small shell stands between: its input is our pipe,
/// and when that ends - we closed it, or we were killed - it ends the child: TERM, a wait, TERM again (a busy llama-server may swallow the
/// first), KILL.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Guard and child leave our group of processes: the terminal's Ctrl-C and a kill of the whole group are for us, the child's end is ours
    // to decide.
    private const string Lead = """
        command -v setsid >/dev/null 2>&1 && exec setsid "$@"
        exec "$@"
        """;

    // The first line of its output is the child's process id; whatever the child prints goes to the error stream. What reads is a subshell,
    // since one shell can't both wait and read. macOS has no setsid; there the shell's job control gives each of the two a group.
    private const string Guard = """
        trap '' INT HUP QUIT
        command -v setsid >/dev/null 2>&1 || set -m 2>/dev/null
        exec 3<&0
        "$@" 3<&- </dev/null 1>&2 &
        child=$!
        echo $child
        exec 1>&-
        (
          while read -r line; do :; done
          nap() { i=0; while [ $i -lt $1 ]; do kill -0 $child 2>/dev/null || exit 0; sleep 0.1 2>/dev/null || sleep 1; i=$((i + 1)); done; }
          kill -TERM $child 2>/dev/null
          nap 12
          kill -TERM $child 2>/dev/null
          nap 8
          kill -KILL $child 2>/dev/null
        ) <&3 2>/dev/null &
        watch=$!
        exec 3<&- 0</dev/null
        wait $child
        code=$?
        kill -KILL $watch 2>/dev/null
        exit $code
        """;

    private const int LinesKept = 40;
    private const int LongestLine = 400;

    private static readonly TimeSpan LadderTakes = TimeSpan.FromSeconds(4);

    private readonly Lock _sync = new();
    private readonly Queue<string> _lines = new();
    private readonly Process _shell;
    private readonly Task _drained;
    private int _inputClosed;

    private ChildProcess(Process shell)
    {
        _shell = shell;
        _drained = DrainAsync(shell.StandardError);
        Exited = WaitAsync();
    }

    /// <summary>Completes with the exit code; 128 and the signal's number when a signal ended it.</summary>
    public Task<int> Exited { get; }

    public int Id { get; private set; }

    /// <summary>What it last printed, oldest line first.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_sync)
                return [.. _lines];
        }
    }

    public static async Task<ChildProcess> StartAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> surroundings,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = "/",
        };
        foreach (var argument in (IEnumerable<string>)["-c", Lead, "lead", "/bin/sh", "-c", Guard, "guard", program, .. arguments])
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in surroundings)
            start.Environment[name] = value;

        var child = new ChildProcess(Process.Start(start)!);
        try
        {
            var line = await child._shell.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            child.Id = int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
            return child;
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends it at once: for a child that has stopped doing anything sensible.</summary>
    public void Kill()
    {
        if (Id == 0 || Exited.IsCompleted)
            return;
        try
        {
            using var child = Process.GetProcessById(Id);
            child.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself in the meantime.
        }
    }

    public async ValueTask DisposeAsync()
    {
        CloseInput();
        try
        {
            _ = await Exited.WaitAsync(LadderTakes).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Kill();
            _shell.Kill(entireProcessTree: true);
        }
        _shell.Dispose();
    }

    private async Task<int> WaitAsync()
    {
        await _shell.WaitForExitAsync().ConfigureAwait(false);
        var code = _shell.ExitCode;
        // Should only the shell have died, its other half still waits for the pipe to end.
        CloseInput();
        await Task.WhenAny(_drained, Task.Delay(TimeSpan.FromMilliseconds(200))).ConfigureAwait(false);
        return code;
    }

    private void CloseInput()
    {
        // The end of the child and our own disposal may both come here: the pipe is closed by one of them.
        if (Interlocked.Exchange(ref _inputClosed, 1) == 1)
            return;
        try
        {
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // The other end is gone already.
        }
    }

    private async Task DrainAsync(StreamReader errors)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        try
        {
            int read;
            while ((read = await errors.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                foreach (var c in buffer.AsSpan(0, read))
                {
                    if (c == '\n')
                        Keep(line);
                    else if (line.Length < LongestLine && !char.IsControl(c))
                        line.Append(c);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // Nobody reads any more.
        }
        Keep(line);
    }

    private void Keep(StringBuilder line)
    {
        if (line.Length == 0)
            return;
        lock (_sync)
        {
            _lines.Enqueue(line.ToString());
            if (_lines.Count > LinesKept)
                _lines.Dequeue();
        }
        line.Clear();
    }
}
