using Microsoft.Extensions.Logging;

namespace MeatLizard.Infrastructure.Tests.Discord;

/// <summary>Every line that was logged, at any level.</summary>
internal sealed class KeptLogs : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Keeping(this);

    public void Dispose()
    {
    }

    private sealed class Keeping(KeptLogs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{logLevel}: {formatter(state, exception)} {exception}";
            TestContext.Progress.WriteLine(line);
            lock (logs._gate)
            {
                logs._lines.Add(line);
            }
        }
    }
}
