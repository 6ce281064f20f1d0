using System.Globalization;
using System.Security.Cryptography;
using Aldis.Errors;
using Aldis.Events;
using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>
/// Hears what others tell, on a connection of its own. It tells itself something every other second, by the same way: if it does not hear that at once, the connection is dead, however
/// alive it looks, and another takes its place. Nothing depends on it: the watch looks into the database all the same.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private static readonly TimeSpan _heartbeat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly NpgsqlDataSource _source;
    private readonly Server _server;
    private readonly Pulses _pulses;
    private readonly TimeProvider _time;
    private readonly string _mine;
    private readonly Task _running;
    private bool _heard;

    public Listener(Server server, PostgreSqlOptions options, Pulses pulses, TimeProvider time)
    {
        (_server, _pulses, _time) = (server, pulses, time);
        _mine = string.Create(CultureInfo.InvariantCulture, $"aldis:{RandomNumberGenerator.GetHexString(16)}");
        _source = Sources.Open(server.Address, said =>
        {
            Sources.Fit(said, options);
            said.Pooling = false;
            said.MaxAutoPrepare = 0;
            said.CommandTimeout = (int)_heartbeat.TotalSeconds;
        });
        _running = RunAsync();
    }

    /// <summary>Whether it listens.</summary>
    public bool IsListening { get; private set; }

    /// <summary>The process of the server behind the connection; 0 where there is none.</summary>
    public int Backend { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await ListenAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Whatever it was: the next connection may do better, and the watch looks meanwhile.
            }

            IsListening = false;
            await Task.Delay(_pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync()
    {
        var connection = await _source.OpenConnectionAsync(_stop.Token).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            connection.Notification += (_, notification) => Hear(notification.Channel, notification.Payload);
            using var listen = new NpgsqlCommand($"LISTEN {Identifier.Quote(_server.Texts.Channel)}; LISTEN {Identifier.Quote(_mine)}", connection);
            await listen.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);
            (IsListening, Backend) = (true, connection.ProcessID);
            _pulses.BeatAll();
            do
            {
                var round = _time.GetTimestamp();
                while (_time.GetElapsedTime(round) < _heartbeat && await connection.WaitAsync(_heartbeat, _stop.Token).ConfigureAwait(false))
                {
                }
            }
            while (await HearsItselfAsync(connection).ConfigureAwait(false));
        }
    }

    private async ValueTask<bool> HearsItselfAsync(NpgsqlConnection connection)
    {
        _heard = false;
        using var tell = new Call(_server.Texts.Notify).With(_mine).With("").On(connection);
        await tell.ExecuteNonQueryAsync(_stop.Token).ConfigureAwait(false);

        // What one tells oneself comes with the answer, or right behind it.
        return _heard || (await connection.WaitAsync(_heartbeat, _stop.Token).ConfigureAwait(false) && _heard);
    }

    private void Hear(string channel, string topics)
    {
        if (channel == _mine)
        {
            _heard = true;
        }
        else if (topics.Length == 0)
        {
            _pulses.BeatAll();
        }
        else
        {
            foreach (var topic in topics.Split(' '))
            {
                Beat(topic);
            }
        }
    }

    /// <summary>Anybody who may connect can notify.</summary>
    private void Beat(string topic)
    {
        try
        {
            _pulses.Beat(TopicName.Parse(topic));
        }
        catch (AldisException error) when (error.Fault.Code == ErrorCodes.InvalidName)
        {
            _pulses.BeatAll();
        }
    }
}
