using Aldis.Events;
using Aldis.Transports;
using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>A way out of a topic for one member of a group: takes from the intake that a reader fills, and settles there.</summary>
internal sealed class KafkaReceiver : IReceiver
{
    /// <summary>How long a record that could not be buried waits before it is tried again.</summary>
    private static readonly TimeSpan _beforeNextBurial = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _disposing = new();
    private readonly List<Taken> _taken = [];
    private readonly Cluster _cluster;
    private readonly ReceiverSpec _spec;
    private readonly Action<KafkaReceiver> _gone;
    private readonly Intake _intake;
    private readonly IOutcome _outcome;
    private readonly Task _opening;
    private Reader? _reader;
    private readonly Lazy<Task> _closing;
    private readonly SemaphoreSlim _storing = new(1);

    public KafkaReceiver(Cluster cluster, ReceiverSpec spec, Action<KafkaReceiver> gone)
    {
        (_cluster, _spec, _gone) = (cluster, spec, gone);
        _intake = new Intake(Math.Max(256, 2 * spec.MaxUnsettled), cluster.Time);
        var topics = new TopicOutcome(cluster, spec);
        _outcome = spec.IsPrivate ? Private = new PrivateOutcome(cluster.Time, spec.Group)
            : cluster.Options.Transactions ? new TransactionOutcome(cluster, topics, _intake, () => _reader?.Handle, $"{cluster.Names.Group(spec.Topic, spec.Group)}..{EventId.New(cluster.Time)}")
            : topics;
        _closing = new Lazy<Task>(CloseAsync);
        _opening = OpenAsync();
    }

    /// <summary>What it serves.</summary>
    public ReceiverSpec Spec => _spec;

    /// <summary>The dead letters of a private group; null for any other.</summary>
    public PrivateOutcome? Private { get; }

    /// <summary>Ends when the group has its place in the topic.</summary>
    public Task Opening => _opening;

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        while (true)
        {
            either.Token.ThrowIfCancellationRequested();
            var changed = _intake.Changed;
            var next = _intake.HandOut(buffer.Length, _taken);
            if (await ReadAsync(buffer, either.Token).ConfigureAwait(false) is > 0 and var count)
            {
                return count;
            }

            if (_intake.Trouble is { } trouble)
            {
                throw new TransportException(trouble.Fault, inner: trouble);
            }

            var limit = next - _cluster.Time.GetUtcNow();
            await Pulse.WaitAsync(changed, limit < TimeSpan.Zero ? TimeSpan.Zero : limit, _cluster.Time, either.Token).ConfigureAwait(false);
        }
    }

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var settling = _intake.BeginSettle(batch.Span);
        if (Array.TrueForAll(settling, taken => taken is null))
        {
            return batch.ToArray();
        }

        if (_outcome.StoresDone || !AreAllDone(batch.Span))
        {
            await StoreAsync(batch, settling, cancel).ConfigureAwait(false);
        }
        else
        {
            _intake.EndSettle(settling, batch.Span, _outcome.KeepsRetries);
        }

        _reader?.CommitProgress();
        return Refused(batch.Span, settling);
    }

    public ValueTask DisposeAsync() => new(_closing.Value);

    /// <summary>Hands a dead letter of a private group back to it.</summary>
    public bool Redrive(EventId id, Envelope? copy)
    {
        if (Private?.Exhume(id) is not { } taken)
        {
            return false;
        }

        taken.Envelope = copy ?? taken.Envelope;
        _intake.ComeAgain(taken);
        return true;
    }

    /// <summary>One after another: where the group stands after a batch contains the batches before. Records that are no events are settled beside the caller's.</summary>
    private async ValueTask StoreAsync(ReadOnlyMemory<Settlement> batch, Taken?[] settling, CancellationToken cancel)
    {
        var isStored = false;
        await _storing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await _outcome.StoreAsync(batch, settling, cancel).ConfigureAwait(false);
            isStored = true;
            _intake.EndSettle(settling, batch.Span, _outcome.KeepsRetries);
        }
        finally
        {
            if (!isStored)
            {
                _intake.CancelSettle(settling);
            }

            _storing.Release();
        }
    }

    private async Task CloseAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _intake.Close();
        if (_reader is { } reader)
        {
            await reader.StopAsync().ConfigureAwait(false);
        }

        await _outcome.DisposeAsync().ConfigureAwait(false);
        _gone(this);
    }

    /// <summary>Finds the topics and the group's place in them, and begins to read. While the brokers are away, it tries again.</summary>
    private async Task OpenAsync()
    {
        await Task.Yield();
        while (true)
        {
            try
            {
                _reader = _spec.IsPrivate ? await OpenPrivateAsync().ConfigureAwait(false) : await OpenGroupAsync().ConfigureAwait(false);
                _intake.Trouble = null;
                _reader.Start();
                return;
            }
            catch (TransportException error)
            {
                _cluster.Log.ConsumerInTrouble(_cluster.Names.Group(_spec.Topic, _spec.Group), error);
                _intake.Trouble = error;
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, _disposing.Token).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<Reader> OpenPrivateAsync()
    {
        var topic = _cluster.Names.Topic(_spec.Topic);
        await _cluster.EnsureAsync([(topic, false)], _disposing.Token).ConfigureAwait(false);
        return new PrivateReader(_cluster, _intake, topic, await _cluster.ResolveAsync(topic, KafkaPosition.End, _disposing.Token).ConfigureAwait(false));
    }

    private async ValueTask<Reader> OpenGroupAsync()
    {
        var (topic, retry, dead) = (_cluster.Names.Topic(_spec.Topic), _cluster.Names.Retry(_spec.Topic, _spec.Group), _cluster.Names.Dead(_spec.Topic, _spec.Group));
        await _cluster.EnsureAsync([(topic, false), (retry, false), (dead, true)], _disposing.Token).ConfigureAwait(false);
        await _cluster.PartitionsAsync(retry, _disposing.Token).ConfigureAwait(false);
        await PlaceAsync(topic).ConfigureAwait(false);
        return new GroupReader(_cluster, _intake, _spec);
    }

    /// <summary>
    /// A group that has never been here gets the place where it is to begin, before anybody is told that it is open: what is published from then on is for it. If
    /// another process has done so at the same time, its members decide.
    /// </summary>
    private async ValueTask PlaceAsync(string topic)
    {
        var group = _cluster.Names.Group(_spec.Topic, _spec.Group);
        var partitions = (await _cluster.PartitionsAsync(topic, _disposing.Token).ConfigureAwait(false)).Select(partition => new TopicPartition(topic, partition)).ToArray();
        var committed = await _cluster.CommittedAsync(group, partitions, _disposing.Token).ConfigureAwait(false);
        if (committed.TrueForAll(place => place.Offset.Value < 0))
        {
            await _cluster.TryMoveAsync(group, await _cluster.ResolveAsync(topic, _cluster.Options.Start, _disposing.Token).ConfigureAwait(false), _disposing.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the events out of the records. What is none is given up, and has been when this returns.</summary>
    private async ValueTask<int> ReadAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        List<Delivery>? unreadable = null;
        var count = 0;
        foreach (var taken in _taken)
        {
            var isEvent = TryRead(taken);
            var delivery = new Delivery(taken.Envelope!, taken.Attempt, taken, taken.Token);
            if (isEvent)
            {
                buffer.Span[count++] = delivery;
            }
            else
            {
                (unreadable ??= []).Add(delivery);
            }
        }

        _taken.Clear();
        if (unreadable is not null)
        {
            await BuryAsync(unreadable, hasOthers: count > 0, cancel).ConfigureAwait(false);
        }

        return count;
    }

    private bool TryRead(Taken taken)
    {
        if (taken.Record is not { } record)
        {
            return taken.Envelope is not null && taken.Fault is null;
        }

        try
        {
            taken.Envelope = RecordReader.Event(record.Message, _spec.Topic, _cluster.Time);
        }
        catch (AldisException error)
        {
            _cluster.Log.NotAnEvent(record.Topic, record.Partition.Value, record.Offset.Value, error);
            (taken.Envelope, taken.Fault) = (RecordReader.Unreadable(record, _spec.Topic, _cluster.Time), error.Fault);
        }

        taken.Record = null;
        return taken.Fault is null;
    }

    /// <summary>What cannot be buried comes again after a while. The caller is told, unless there are events for it.</summary>
    private async ValueTask BuryAsync(List<Delivery> unreadable, bool hasOthers, CancellationToken cancel)
    {
        Settlement[] settlements = [.. unreadable.Select(delivery => new Settlement(delivery, Verdict.Dead(((Taken)delivery.Lease!).Fault!.ToString()), []))];
        try
        {
            await SettleAsync(settlements, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TransportException or OperationCanceledException)
        {
            _intake.PutOff(_intake.BeginSettle(settlements), _beforeNextBurial);
            if (!hasOthers)
            {
                throw;
            }

            _cluster.Log.NotBuried(_cluster.Names.Group(_spec.Topic, _spec.Group), unreadable.Count, error);
        }
    }

    private static bool AreAllDone(ReadOnlySpan<Settlement> batch)
    {
        foreach (var settlement in batch)
        {
            if (settlement.Verdict.Kind is VerdictKind.Retry or VerdictKind.Dead)
            {
                return false;
            }
        }

        return true;
    }

    private static List<Settlement> Refused(ReadOnlySpan<Settlement> batch, Taken?[] settling)
    {
        var refused = new List<Settlement>();
        for (var index = 0; index < batch.Length; index++)
        {
            if (settling[index] is null)
            {
                refused.Add(batch[index]);
            }
        }

        return refused;
    }
}
