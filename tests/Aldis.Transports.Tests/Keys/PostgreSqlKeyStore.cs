using Aldis.Transports.Tests.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Keys;

/// <summary>Tables of its own in a PostgreSQL database. Commits do not wait for the disk: nothing here depends on it.</summary>
/// <param name="uri">The database.</param>
internal sealed class PostgreSqlKeyStore(string uri) : KeyStore
{
    // No lease ends by itself: whose worker is lost is the run's to say.
    private readonly PostgreSqlOptions _options = Postgres.Options($"{uri}?options=-c%20synchronous_commit%3Doff") with { Lease = TimeSpan.FromDays(1000) };
    private ServerTime? _server;

    public override bool CanLoseWorkers => true;

    public override async Task<ITransport> OpenAsync()
    {
        if (_server is null)
        {
            _server = new ServerTime(_options);
            await _server.InstallAsync(Time.GetUtcNow());
        }

        var transport = new PostgreSqlTransport(_options, new TransportContext(Time, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    public override async Task AdvanceAsync(TimeSpan span)
    {
        await _server!.SetAsync(Time.GetUtcNow() + span);
        Time.Advance(span);
    }

    /// <summary>It has looked when it waits.</summary>
    public override async Task<Delivery[]> ReceiveNowAsync(ITransport transport, IReceiver receiver, int most)
    {
        using var enough = new CancellationTokenSource();
        var buffer = new Delivery[most];
        var receiving = receiver.ReceiveAsync(buffer, enough.Token).AsTask();
        while (!receiving.IsCompleted && !((PostgreSqlReceiver)receiver).IsWaiting)
        {
            await Task.WhenAny(receiving, Task.Delay(1));
        }

        await enough.CancelAsync();
        await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return receiving.IsCanceled ? [] : buffer[..await receiving];
    }

    /// <summary>Another one takes over at its start what has no lease any more.</summary>
    public override async Task<ITransport> LoseWorkerAsync(ITransport transport)
    {
        await Postgres.ExecuteAsync(uri, $"UPDATE {_options.Schema}.worker SET lease_until = '-infinity' WHERE id = {((PostgreSqlTransport)transport).Engine.Session.Worker}");
        return await OpenAsync();
    }

    public override async Task<string?> LeftoversAsync()
    {
        var (claims, rows) = (await CountAsync("claim WHERE remaining > 0"), await CountAsync("delivery"));
        return claims + rows == 0 ? null : $"{claims} claims and {rows} rows are left";
    }

    public override ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task<long> CountAsync(string what) => Postgres.CountAsync(uri, $"SELECT count(*) FROM {_options.Schema}.{what}");
}
