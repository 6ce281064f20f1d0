using Microsoft.Extensions.Logging;
using NetMQ;

namespace Aldis.ZeroMq;

/// <summary>
/// The one thread that owns the sockets. Whoever wants something of a socket leaves it here to be done; what is done here never waits. In the background, so that it keeps no process alive.
/// </summary>
/// <remarks>
/// The context of the library is never terminated (NetMQConfig.Cleanup): it belongs to the whole process, and sockets that are disposed of take care of themselves.
/// </remarks>
internal sealed class Poller : IDisposable
{
    private readonly NetMQPoller _poller = [];
    private readonly NetMQQueue<Action> _work = new();
    private readonly Lock _ending = new();
    private readonly ILogger _log;
    private bool _hasEnded;

    public Poller(TimeSpan tick, Action onTick, ILogger log)
    {
        _log = log;
        _work.ReceiveReady += (_, _) => Work();
        var timer = new NetMQTimer(tick);
        timer.Elapsed += (_, _) => Guard(onTick);
        _poller.Add(_work);
        _poller.Add(timer);
    }

    public void Start() => _poller.RunAsync("Aldis.ZeroMq", isBackgroundThread: true);

    /// <summary>Leaves something to be done by the thread, in the order in which it was left.</summary>
    /// <returns>False where the thread has ended, and nothing will be done.</returns>
    public bool Do(Action work)
    {
        lock (_ending)
        {
            if (_hasEnded)
            {
                return false;
            }

            _work.Enqueue(work);
            return true;
        }
    }

    /// <summary>A handler of a socket's event.</summary>
    public EventHandler<NetMQSocketEventArgs> On(Action work) => (_, _) => Guard(work);

    /// <summary>Has a socket looked after. For the thread itself, or before it starts.</summary>
    public void Add(NetMQSocket socket) => _poller.Add(socket);

    /// <summary>Ends a socket. For the thread itself.</summary>
    public void Remove(NetMQSocket socket)
    {
        if (!_poller.IsDisposed)
        {
            _poller.Remove(socket);
        }

        socket.Dispose();
    }

    /// <summary>Does what was left, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_ending)
        {
            if (_hasEnded)
            {
                return;
            }

            _hasEnded = true;
        }

        _poller.Dispose();
        Work();
        _work.Dispose();
    }

    private void Work()
    {
        while (_work.TryDequeue(out var work, TimeSpan.Zero))
        {
            Guard(work!);
        }
    }

    /// <summary>Whatever goes wrong with one socket, the others go on: an error that left the thread would end the process.</summary>
    private void Guard(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // See above.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _log.SocketFailed(error);
        }
    }
}
