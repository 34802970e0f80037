using Microsoft.Extensions.Logging;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The console for people: <see cref="ExpectedTrouble"/> is one line without a stack, at most once a minute each, whichever library or service of ours meets it; so is a warning
/// that says the same words again. What may be a fault of ours keeps its stack. Other providers (OTLP) get everything.
/// </summary>
/// <param name="console">What writes; the settings of <c>Logging:Console</c> are its.</param>
/// <param name="clock">The clock.</param>
[ProviderAlias("Console")]
internal sealed class ReadableLoggerProvider(ILoggerProvider console, TimeProvider clock) : ILoggerProvider, ISupportExternalScope
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    // Texts may name any number of things; there are no more than this within a minute that anybody reads.
    private const int MostTroubles = 1000;

    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName, console.CreateLogger(categoryName));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => (console as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose() => console.Dispose();

    // Null when it was told a moment ago; else how often it came since.
    private int? Turn(string trouble)
    {
        lock (_told)
        {
            var now = clock.GetTimestamp();
            if (_told.TryGetValue(trouble, out var told))
            {
                if (clock.GetElapsedTime(told.At, now) < Pause)
                {
                    told.Since++;
                    return null;
                }

                var since = told.Since;
                (told.At, told.Since) = (now, 0);
                return since;
            }

            if (_told.Count == MostTroubles) _told.Clear();
            _told[trouble] = new Told { At = now };
            return 0;
        }
    }

    private sealed class Told
    {
        public long At { get; set; }

        public int Since { get; set; }
    }

    private sealed class Logger(ReadableLoggerProvider provider, string category, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var trouble = exception is null ? null : ExpectedTrouble.Of(exception);
            if (trouble is null && (exception is not null || logLevel < LogLevel.Warning))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
                return;
            }

            var message = formatter(state, null);
            if (provider.Turn(trouble?.IsShared == true ? trouble.What : category + message) is not { } since) return;
            var why = trouble is null ? "" : $": {trouble.What}: {trouble.Detail}";
            var more = since > 0 ? $" ({since} more like it since)" : "";
            inner.Log(logLevel, eventId, message + why + more, null, static (text, _) => text);
        }
    }
}
