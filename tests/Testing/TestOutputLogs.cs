using Microsoft.Extensions.Logging;

namespace MeatLizard.Testing;

/// <summary>Logs go to the output of the test that runs.</summary>
internal sealed class TestOutputLogs : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Output(categoryName);

    public void Dispose()
    {
    }

    private sealed class Output(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            TestContext.Progress.WriteLine($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
