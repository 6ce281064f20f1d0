using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aldis.Transports.Tests.Kafka;

/// <summary>Keeps every text that is logged, at any level, with its error.</summary>
internal sealed class WrittenLog : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Texts { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => Texts.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
