namespace Aldis.Signals;

/// <summary>What the signals about a signal are told. Nothing is made up for them while nobody listens, and nothing is told under the lock.</summary>
internal sealed partial class Receivers<T>
{
    private readonly Signal? _signal = owner as Signal;

    private bool IsWatched => _signal?.IsWatched == true;

    private static ConnectOptions Options(ReceiverChange change)
        => change.IsForAnySender ? default : new ConnectOptions { Sender = change.Sender };

    private ReceiverChange ChangeOf(Link<T> link)
        => new(_signal!, link.Receiver.Given, Senders.Of(link.SenderKey), link.SenderKey is null);

    private bool IsConnected(Receiver<T> receiver, in ConnectOptions options)
        => (options.HasSender ? Named(options.Sender) : _any)?.Has(receiver, options.HasSender) == true;

    private void TellConnected(ReceiverChange? change, Link<T> link)
    {
        try
        {
            if (change is not null)
            {
                _signal!.TellConnected(change);
            }
        }
        catch
        {
            // The caller gets the error in place of the connection, which nobody could dispose then.
            TryRemove(link);
            throw;
        }
    }

    private void TellDisconnected(ReceiverChange? change)
    {
        if (change is not null)
        {
            _signal!.TellDisconnected(change);
        }
    }

    private void TellLost(ReceiverChange? change)
    {
        if (change is not null)
        {
            _signal!.TellLost(change);
        }
    }
}
