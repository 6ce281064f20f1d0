using Aldis.Errors;
using Aldis.Events;
using Microsoft.Extensions.Logging;
using NetMQ;

namespace Aldis.ZeroMq;

/// <summary>This process among the others: its door, its links to those that it knows, and the thread that serves both.</summary>
internal sealed class Neighbourhood : IAsyncDisposable
{
    /// <summary>How long the end waits for a file that others hold.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(150);

    private readonly Dictionary<PeerAddress, Link> _links = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly ZeroMqOptions _options;
    private readonly ICompany _company;
    private readonly bool _visitsItself;
    private readonly ILogger _log;
    private readonly PeerBook _book;
    private readonly FleetKeys? _keys;
    private Task _looking = Task.CompletedTask;
    private PeerAddress? _own;

    public Neighbourhood(ZeroMqOptions options, EventId instance, IHost host, ICompany company, bool visitsItself, FleetKeys? keys, ILogger log)
    {
        (_options, _company, _visitsItself, _log) = (options, company, visitsItself, log);
        _book = new PeerBook(options, log);
        _keys = keys;
        Poller = new Poller(options.Heartbeat, Tick, log);
        Door = new Door(options, _keys, Poller, instance, host, log);
    }

    public Poller Poller { get; }

    public Door Door { get; }

    public FleetKeys? Keys => _keys;

    /// <summary>Where this process listens.</summary>
    public PeerAddress Address => _own ?? throw NotRunning();

    public static AldisException NotRunning() => new(new Fault(ErrorCodes.NotRunning, "The ZeroMQ transport is not started, or closed."));

    /// <summary>Whether no other link leads to where this one does. For the poller's thread.</summary>
    public bool IsOnlyOne(Link link) => _links.Values.All(other => other == link || !other.IsUp || other.Instance != link.Instance);

    /// <summary>Listens, and goes to everybody who is known.</summary>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        var at = PeerAddress.Parse(_options.Listen);
        try
        {
            _own = Door.Open(at);
        }
        catch (NetMQException error)
        {
            throw new TransportException(new Fault(ErrorCodes.ZeroMqCannotListen, $"The process cannot listen at {at}.", error.Message), mayBeStored: false, error);
        }

        _log.Listening(_own, _options.IsEncrypted ? "encrypted" : "in plain text");
        Poller.Start();
        await _book.AnnounceAsync(Announced()).ConfigureAwait(false);
        await LookAsync(cancel).ConfigureAwait(false);
        _looking = GoOnLookingAsync();
    }

    /// <summary>The links to all that are known now, once each has answered or has had time enough for it.</summary>
    public async ValueTask<Link[]> LinksAsync(CancellationToken cancel)
    {
        var links = new TaskCompletionSource<Link[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Poller.Do(() => links.SetResult([.. _links.Values])))
        {
            return [];
        }

        var there = await links.Task.ConfigureAwait(false);
        await Task.WhenAll(there.Select(link => link.Known)).WaitAsync(cancel).ConfigureAwait(false);
        return there;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_own is not null)
        {
            await _book.RetractAsync(Announced()).WaitAsync(_patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await CloseAsync().WaitAsync(_patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Poller.Dispose();
        Door.Dispose();
        _own = null;
    }

    /// <summary>What was left to be sent goes out before the links end.</summary>
    private Task CloseAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Poller.Do(() =>
        {
            foreach (var link in _links.Values)
            {
                link.Dispose();
            }

            _links.Clear();
            closed.SetResult();
        });
        return _own is null ? Task.CompletedTask : closed.Task;
    }

    private PeerAddress Announced() => _options.AnnounceAs is { } other ? PeerAddress.Parse(other) : _own!;

    private async Task GoOnLookingAsync()
    {
        using var timer = new PeriodicTimer(_options.LookForPeersEvery, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
        {
            try
            {
                await LookAsync(_ending.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                _log.LookFailed(error);
            }
        }
    }

    private async ValueTask LookAsync(CancellationToken cancel)
    {
        var there = await _book.LookAsync(cancel).ConfigureAwait(false);
        Poller.Do(() => Update(there));
    }

    /// <summary>Goes to who is new, and leaves who is not named any more and does not answer either.</summary>
    private void Update(IReadOnlySet<PeerAddress> there)
    {
        var wanted = Wanted(there).ToHashSet();
        foreach (var address in wanted.Where(address => !_links.ContainsKey(address)))
        {
            var link = new Link(address, _options, _keys, Poller, _company, _log);
            _links.Add(address, link);
            link.Open();
        }

        foreach (var (address, link) in _links.Where(link => !wanted.Contains(link.Key) && link.Value.Instance is null).ToArray())
        {
            link.Dispose();
            _links.Remove(address);
        }
    }

    /// <summary>Without this process itself, or with it, where it is a peer like any other.</summary>
    private IEnumerable<PeerAddress> Wanted(IEnumerable<PeerAddress> there)
    {
        var own = _own!.IsAny ? _own with { Host = "127.0.0.1" } : _own;
        return _visitsItself ? there.Where(address => address != own).Append(own) : there.Where(address => address != own);
    }

    private void Tick()
    {
        var now = TimeProvider.System.GetTimestamp();
        Door.Tick(now);
        foreach (var link in _links.Values)
        {
            link.Tick(now);
        }
    }
}
