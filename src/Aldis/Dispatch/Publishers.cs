using System.Collections.Concurrent;
using Aldis.Diagnostics;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>The publishers of a bus, one for each topic, made when a topic is first published on.</summary>
#pragma warning disable CA1001 // The source is used until the last publisher is closed; once it is cancelled, there is nothing to dispose of.
internal sealed class Publishers(ITransport transport, ILogger log, TimeProvider time, Telemetry telemetry, Movement? movement = null)
#pragma warning restore CA1001
{
    /// <summary>How long what waits may take once the bus has no more time: so that whoever waits for it is told within five seconds.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(4.5);

    private readonly ConcurrentDictionary<TopicName, Lazy<Task<Publisher>>> _publishers = new();
    private readonly CancellationTokenSource _abandon = new(Timeout.InfiniteTimeSpan, time);
    private readonly ConcurrentDictionary<TopicName, long> _dropped = new();
    private volatile bool _stopped;
    private int _publishing;

    /// <summary>How many events were dropped because there was no room for them.</summary>
    public long Dropped => _dropped.Values.Sum();

    /// <summary>How many publishes are on their way. Counted only for a test.</summary>
    public int Publishing => Volatile.Read(ref _publishing);

    /// <summary>Completes when the transport owns the envelope.</summary>
    /// <returns>False: there was no room, and it was dropped.</returns>
    /// <exception cref="PublishException">It is not stored, or not known to be.</exception>
    public ValueTask<bool> PublishAsync(Envelope envelope, WhenFull whenFull, CancellationToken cancel)
        => movement is null ? ForwardAsync(envelope, whenFull, cancel) : CountAsync(movement, envelope, whenFull, cancel);

    /// <summary>From now on what waits has little time left.</summary>
    public void Hurry() => _abandon.CancelAfter(_limit);

    /// <summary>Takes nothing more, and sends what waits; what is not sent by then fails.</summary>
    public async ValueTask StopAsync()
    {
        _stopped = true;
        Hurry();
        foreach (var publisher in _publishers.Values)
        {
            await CloseAsync(publisher.Value).ConfigureAwait(false);
        }
    }

    private ValueTask<bool> ForwardAsync(Envelope envelope, WhenFull whenFull, CancellationToken cancel)
        => Telemetry.WatchesPublishing ? ObserveAsync(envelope, whenFull, cancel) : SendAsync(envelope, whenFull, cancel);

    private async ValueTask<bool> CountAsync(Movement counting, Envelope envelope, WhenFull whenFull, CancellationToken cancel)
    {
        Interlocked.Increment(ref _publishing);
        try
        {
            return await ForwardAsync(envelope, whenFull, cancel).ConfigureAwait(false);
        }
        finally
        {
            counting.Ended(ref _publishing, 1);
        }
    }

    /// <summary>Apart from its caller, because the function that it makes would be made there in any case.</summary>
    private ValueTask<bool> ObserveAsync(Envelope envelope, WhenFull whenFull, CancellationToken cancel)
        => Observed.SendAsync(telemetry, telemetry.Publishing(envelope.Topic), envelope, given => SendAsync(given, whenFull, cancel));

    private async ValueTask<bool> SendAsync(Envelope envelope, WhenFull whenFull, CancellationToken cancel)
    {
        var publisher = _publishers.GetOrAdd(envelope.Topic, Open);

        // Looked at after the publisher is in the table: either the stop finds the publisher there, or the publisher finds the stop here.
        if (_stopped)
        {
            throw new PublishException(envelope, mayBeStored: false, "The bus has stopped.", null);
        }

        var opened = await OpenedAsync(publisher, envelope, cancel).ConfigureAwait(false);
        return await opened.PublishAsync(envelope, whenFull, cancel).ConfigureAwait(false);
    }

    /// <summary>Whoever asks after a failure opens the publisher anew.</summary>
    private async ValueTask<Publisher> OpenedAsync(Lazy<Task<Publisher>> publisher, Envelope envelope, CancellationToken cancel)
    {
        try
        {
            return await publisher.Value.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // This caller does not wait longer; others may.
            throw;
        }
        catch (Exception error)
        {
            _publishers.TryRemove(KeyValuePair.Create(envelope.Topic, publisher));
            throw new PublishException(envelope, mayBeStored: false, error.Message, error);
        }
    }

    private static async ValueTask CloseAsync(Task<Publisher> publisher)
    {
        await ((Task)publisher).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (publisher.IsCompletedSuccessfully)
        {
            await (await publisher.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    private Lazy<Task<Publisher>> Open(TopicName topic) => new(() => Telemetry.Apart(() => OpenAsync(topic)));

    private async Task<Publisher> OpenAsync(TopicName topic)
    {
        var publisher = new Publisher(await transport.OpenSenderAsync(topic, _abandon.Token).ConfigureAwait(false), Drop, _abandon.Token);
        var labels = telemetry.Publishing(topic).Labels;
        Instruments.Utilization.Add(publisher, () => labels.Measure(publisher.Utilization));
        return publisher;
    }

    private void Drop(Envelope envelope)
    {
        telemetry.Publishing(envelope.Topic).Labels.Count(Instruments.Dropped, 1, null);
        if (_dropped.AddOrUpdate(envelope.Topic, 1, static (_, dropped) => dropped + 1) == 1)
        {
            log.Dropping(envelope.Topic.Value);
        }
    }
}
