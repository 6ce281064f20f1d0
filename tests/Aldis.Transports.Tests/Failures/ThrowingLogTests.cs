using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A log that cannot be written, on a full disk for example.</summary>
public sealed class ThrowingLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_that_throws_stops_no_handler_and_no_bus()
    {
        using var loggers = new ThrowingLoggers();
        var handled = new TaskCompletionSource<int>();
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Loggers = loggers;
            bus.UseSqlite(_folder.File("events.db")).Subscribe<Noted>("group", (_, context) =>
            {
                if (context.Attempt < 3)
                {
                    throw new InvalidOperationException("which is logged");
                }

                handled.TrySetResult(context.Attempt);
                return ValueTask.CompletedTask;
            }, new SubscriptionOptions { Retry = new RetryPolicy { FirstDelay = TimeSpan.Zero } });
        });
        await bus.PublishAsync(new Noted("fails"));
        Assert.Equal(3, await handled.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private sealed class ThrowingLoggers : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel > LogLevel.Information || eventId.Id == 201)
            {
                throw new IOException("No space left on device");
            }
        }

        public void Dispose()
        {
        }
    }
}
