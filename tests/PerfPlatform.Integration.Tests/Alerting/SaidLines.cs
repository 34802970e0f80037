using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>What a service of the test process said, warnings and worse.</summary>
public sealed class SaidLines : ILoggerProvider
{
    private const int Most = 1000;

    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public bool Has(string text) => _lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void Dispose()
    {
    }

    private sealed class Writer(SaidLines said) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && said._lines.Count < Most) said._lines.Enqueue(formatter(state, exception));
        }
    }
}
