using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aldis.Tests.Support;

/// <summary>A log that keeps what it is told.</summary>
internal sealed class RecordedLogs : ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    public IEnumerable<int> Ids => _entries.Select(entry => entry.Id);

    public IEnumerable<Entry> Of(string category) => _entries.Where(entry => entry.Category == category);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    internal sealed record Entry(string Category, int Id, LogLevel Level, string Text, Exception? Error);

    private sealed class Logger(RecordedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
            => logs._entries.Enqueue(new Entry(category, eventId.Id, logLevel, formatter(state, exception), exception));
    }
}
