using System.Collections.Concurrent;
using Aldis.Transports;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Aldis.RabbitMq;

/// <summary>One connection, from its making to its loss. What is declared on it is remembered, so that it is declared once.</summary>
internal sealed class Connected : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Task> _declared = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _lost = new();
    private readonly Pulse _unblocked = new();
    private readonly Action<string> _blocked;
    private volatile bool _isBlocked;

    public Connected(IConnection connection, Action<string> blocked)
    {
        (Connection, _blocked) = (connection, blocked);
        connection.ConnectionShutdownAsync += LostAsync;
        connection.ConnectionBlockedAsync += BlockedAsync;
        connection.ConnectionUnblockedAsync += UnblockedAsync;
        if (!connection.IsOpen)
        {
            Lose();
        }
    }

    public IConnection Connection { get; }

    public bool IsOpen => !_lost.IsCancellationRequested;

    /// <summary>Whether the broker takes no publishes now: it is out of memory or of disk.</summary>
    public bool IsBlocked => _isBlocked;

    /// <summary>Cancelled when the connection is lost or closed.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it was lost, in the broker's or the system's words.</summary>
    public string Reason => Connection.CloseReason is { } reason ? reason.Exception?.Message ?? reason.ReplyText : "It was closed.";

    /// <summary>Waits while the broker takes no publishes.</summary>
    public async ValueTask WhileBlockedAsync(CancellationToken cancel)
    {
        while (true)
        {
            var next = _unblocked.Next;
            if (!_isBlocked || !IsOpen)
            {
                return;
            }

            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Makes something on the broker once in the life of this connection, on a channel of its own: an error closes that.</summary>
    public async ValueTask EnsureAsync(string name, Func<IChannel, CancellationToken, Task> declare, CancellationToken cancel)
    {
        var declaring = _declared.GetOrAdd(name, static (_, state) => state.self.DeclareAsync(state.declare), (self: this, declare));
        try
        {
            await declaring.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception) when (declaring.IsFaulted || declaring.IsCanceled)
        {
            _declared.TryRemove(KeyValuePair.Create(name, declaring));
            throw;
        }
    }

    /// <summary>Has to be declared anew.</summary>
    public void Forget(string name) => _declared.TryRemove(name, out _);

    public async ValueTask DisposeAsync()
    {
        Lose();
        await Ending.WithinAsync(() => Connection.CloseAsync(200, "closed", TimeSpan.FromSeconds(1), abort: true, CancellationToken.None)).ConfigureAwait(false);
        await Ending.WithinAsync(() => Connection.DisposeAsync().AsTask()).ConfigureAwait(false);
    }

    private async Task DeclareAsync(Func<IChannel, CancellationToken, Task> declare)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var channel = await Connection.CreateChannelAsync(cancellationToken: Lost).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            await declare(channel, Lost).ConfigureAwait(false);
        }
    }

    private Task LostAsync(object sender, ShutdownEventArgs reason)
    {
        Lose();
        return Task.CompletedTask;
    }

    private void Lose()
    {
        try
        {
            _lost.Cancel();
        }
        catch (AggregateException)
        {
            // Whoever was told of it has an error of its own; the others are told all the same.
        }

        _unblocked.Beat();
    }

    private Task BlockedAsync(object sender, ConnectionBlockedEventArgs blocked)
    {
        _isBlocked = true;
        _blocked(blocked.Reason);
        return Task.CompletedTask;
    }

    private Task UnblockedAsync(object sender, AsyncEventArgs unblocked)
    {
        _isBlocked = false;
        _unblocked.Beat();
        return Task.CompletedTask;
    }
}
