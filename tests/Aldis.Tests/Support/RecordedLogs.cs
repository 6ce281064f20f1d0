using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aldis.Tests.Support;

/// <summary>A log that keeps what it is told.</summary>
internal sealed class RecordedLogs : ILoggerProvider, ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    public IEnumerable<int> Ids => _entries.Select(entry => entry.Id);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _entries.Enqueue(new Entry(eventId.Id, logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }

    internal sealed record Entry(int Id, LogLevel Level, string Text, Exception? Error);
}
