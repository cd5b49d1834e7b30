using Microsoft.Extensions.Logging;

namespace MeatLizard.KillHost;

/// <summary>Warnings and worse, where the test picks them up.</summary>
internal sealed class ErrorStreamLogs : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ErrorStream(categoryName);

    public void Dispose()
    {
    }

    private sealed class ErrorStream(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Console.Error.WriteLine($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
