using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Keeps the ids of all warnings and errors.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<int> Warnings { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => Warnings.Enqueue(eventId.Id);

    public void Dispose()
    {
    }
}
