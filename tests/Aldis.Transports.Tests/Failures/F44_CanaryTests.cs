using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Tests.Shared;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A password that must be seen nowhere. It listens to all that is traced, so that every event of the process would have a header more: it runs alone.</summary>
[Trait("Failure", "F44")]
[Collection(TelemetryRecorder.Alone)]
public sealed class F44_CanaryTests
{
    private const string User = "canary-user-7f3a";
    private const string Password = "canary-p%40ss%2Fword-9c1d";

    private static readonly string[] _secrets = [User, Password, Uri.UnescapeDataString(Password)];

    [Fact]
    public async Task The_password_of_a_connection_is_in_no_error_no_log_no_trace_and_no_description()
    {
        var server = await Rabbit.SharedAsync();
        var port = new Uri(server.Uri).Port;
        var seen = new ConcurrentQueue<string>();
        using var log = new CanaryLog(seen);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Aldis", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Enqueue($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)}"),
        };
        ActivitySource.AddActivityListener(listener);

        string[] uris =
        [
            $"amqp://{User}:{Password}@127.0.0.1:{port}/", $"amqp://{User}:{Password}@127.0.0.1:1/", $"amqp://{User}:{Password}@127.0.0.1:{port}/no-such-host",
            $"amqp://{User}:{Password}@127.0.0.1:99999/", $"amqp://{User}:{Password}@/a/b", $"ampq://{User}:{Password}@host", $"amqp://{User}:{Password}@host?x", $"amqps://{User}:{Password}@127.0.0.1:{port}/",
        ];
        foreach (var uri in uris)
        {
            var options = new RabbitMqOptions { Uri = uri, PublishTimeout = TimeSpan.FromSeconds(1), ConnectTimeout = TimeSpan.FromSeconds(2) };
            seen.Enqueue($"{options} {string.Join(' ', options.Validate())}");
            await TryAsync(bus => bus.UseRabbitMq(options), log, seen);
            await TryAsync(bus => bus.AcceptRabbitMq().UseConnection(uri), log, seen);
        }

        var found = seen.Where(text => _secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal))).ToArray();
        Figures.Print("F44", $"rabbitmq: connection strings {uris.Length}, texts looked at {seen.Count}, with a secret {found.Length}");
        Assert.Empty(found);
        Assert.Contains(seen, text => text.Contains("ALD2102", StringComparison.Ordinal));
        Assert.Contains(seen, text => text.Contains("ALD2106", StringComparison.Ordinal));
    }

    /// <summary>The server itself names the user that it refuses.</summary>
    [Fact]
    public async Task Nor_is_that_of_a_database()
    {
        var port = new Uri((await Postgres.SharedAsync()).Uri).Port;
        var seen = new ConcurrentQueue<string>();
        using var log = new CanaryLog(seen);
        string[] connections =
        [
            $"postgres://{User}:{Password}@127.0.0.1:{port}/postgres", $"postgres://{User}:{Password}@127.0.0.1:1/postgres", $"postgres://{User}:{Password}@127.0.0.1:99999/d",
            $"postgres://{User}:{Password}@/d", $"postgers://{User}:{Password}@host/d", $"postgres://{User}:{Password}@host/d?{Password}={Password}",
            $"postgres://{User}:{Password}@127.0.0.1:{port}/postgres?sslmode=verify-full", $"Host=127.0.0.1;Port={port};Username={User};Password={Password};Database=postgres",
            $"Host=127.0.0.1;Pasword={Password}",
        ];
        foreach (var connection in connections)
        {
            var options = new PostgreSqlOptions { Connection = connection, ConnectTimeout = TimeSpan.FromSeconds(2) };
            seen.Enqueue($"{options} {string.Join(' ', options.Validate())}");
            await TryAsync(bus => bus.UsePostgreSql(options), log, seen);
            await TryAsync(bus => bus.AcceptPostgreSql().UseConnection(connection), log, seen);
        }

        var found = seen.Where(text => _secrets.Skip(1).Any(secret => text.Contains(secret, StringComparison.Ordinal))).ToArray();
        Figures.Print("F44", $"postgresql: connection strings {connections.Length}, texts looked at {seen.Count}, with a secret {found.Length}");
        Assert.Empty(found);
        Assert.Contains(seen, text => text.Contains("ALD2401", StringComparison.Ordinal));
        Assert.Contains(seen, text => text.Contains("ALD2402", StringComparison.Ordinal));
    }

    private static async Task TryAsync(Action<EventBusBuilder> use, ILoggerFactory log, ConcurrentQueue<string> seen)
    {
        try
        {
            await using var bus = await EventBus.StartAsync(bus =>
            {
                bus.Loggers = log;
                use(bus);
                bus.Subscribe<Noted>("readers", (_, _) => ValueTask.CompletedTask);
            });
            seen.Enqueue(bus.Describe() + bus.DescribeJson());
            seen.Enqueue((await Record.ExceptionAsync(() => bus.PublishAsync(new Noted("x")).AsTask()))?.ToString() ?? "");
            await Until.TrueAsync(() => bus.Troubles.Count > 0);
            seen.Enqueue(string.Join(' ', bus.Troubles));
        }
        catch (AldisException error)
        {
            seen.Enqueue(error.ToString());
        }
    }

    /// <summary>Keeps every message of every level, with its error.</summary>
    private sealed class CanaryLog(ConcurrentQueue<string> seen) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => seen.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
