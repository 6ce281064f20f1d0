using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>A way out of a topic for one member of a group: claims through the writer, reads the events on a connection of its own.</summary>
internal sealed class SqliteReceiver : IReceiver
{
    private readonly Held _held = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly Engine _engine;
    private readonly ReceiverSpec _spec;
    private readonly Action<SqliteReceiver> _gone;
    private readonly Pulse _pulse;
    private readonly RangeReader _reader;
    private KeyGuard _guard;
    private readonly SemaphoreSlim _receiving = new(1);
    private GroupAddress _address;
    private ClaimJob? _unread;
    private int _disposed;

    public SqliteReceiver(Engine engine, ReceiverSpec spec, GroupAddress address, Action<SqliteReceiver> gone)
    {
        (_engine, _spec, _address, _gone) = (engine, spec, address, gone);
        _pulse = engine.Pulses.Of(address.TopicId);
        _reader = new RangeReader(engine.OpenReader(), address);
        _guard = new KeyGuard(address);
    }

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        await _receiving.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            return await ClaimAsync(buffer, either.Token).ConfigureAwait(false);
        }
        finally
        {
            _receiving.Release();
        }
    }

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var job = new SettleJob(batch, _address, _spec.Group, _engine.Time, _engine.Pulses);
        await _engine.Writer.RunAsync(job).ConfigureAwait(false);
        if (_held.Forget(batch.Span, job.Refused))
        {
            _pulse.Beat();
        }

        return job.Refused;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        await _receiving.WaitAsync().ConfigureAwait(false);
        try
        {
            await ReturnAsync().ConfigureAwait(false);
        }
        finally
        {
            _reader.Dispose();
            _gone(this);
        }
    }

    private async ValueTask<int> ClaimAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            await ReturnUnreadAsync().ConfigureAwait(false);
            var pulse = _pulse.Next;
            var claim = NewClaim(buffer.Length);
            await _engine.Writer.RunAsync(claim).ConfigureAwait(false);
            if (claim.IsVain)
            {
                claim = await StandAsync(NewClaim(buffer.Length), pulse, claim.NextDue, cancel).ConfigureAwait(false);
            }

            if (claim is not null && await TakeAsync(claim, buffer).ConfigureAwait(false) is > 0 and var count)
            {
                return count;
            }
        }
    }

    private ClaimJob NewClaim(int most) => new(_address, _engine.Session, most, _held, _guard, _engine.Time);

    /// <summary>Waits until something is published and claimed in the same transaction, or until there is another reason to look.</summary>
    /// <returns>The claim that was made; null where there is another reason.</returns>
    private async ValueTask<ClaimJob?> StandAsync(ClaimJob claim, Task pulse, TimeSpan? nextDue, CancellationToken cancel)
    {
        _engine.Standing.Add(claim);
        try
        {
            await Pulse.WaitAsync(Task.WhenAny(pulse, claim.Completion), nextDue, _engine.Time, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (_engine.Standing.Remove(claim))
            {
                throw;
            }
        }

        if (_engine.Standing.Remove(claim))
        {
            return null;
        }

        await claim.Completion.ConfigureAwait(false);
        return claim;
    }

    private async ValueTask<int> TakeAsync(ClaimJob claim, Memory<Delivery> buffer)
    {
        if (claim.WorkerLost)
        {
            await _engine.Session.RegisterAsync(_engine.Writer, claim.Worker).ConfigureAwait(false);
            return 0;
        }

        if (claim.GroupLost)
        {
            _address = await OpenGroupJob.RunAsync(_engine, _spec).ConfigureAwait(false);
            _guard = new KeyGuard(_address);
            _engine.Log.PrivateGroupLost(_spec.Topic);
            return 0;
        }

        return await ReadAsync(claim, buffer).ConfigureAwait(false);
    }

    /// <summary>What turns out not to be what was stored is set aside, with a dead letter that says so, and the others are handed out.</summary>
    private async ValueTask<int> ReadAsync(ClaimJob claim, Memory<Delivery> buffer)
    {
        var count = Take(claim, buffer.Span, out var damaged);
        foreach (var (letter, reason) in claim.Damaged)
        {
            _engine.Log.EventSetAside(_spec.Topic, _spec.Group, letter, reason);
        }

        if (damaged.Count > 0)
        {
            _unread = claim;
            await _engine.Writer.RunAsync(new SetAsideJob(_address, claim.Range!, damaged, _engine.Time)).ConfigureAwait(false);
            _unread = null;
            if (claim.Range!.IsThrough(claim.Range.Settled))
            {
                _held.Remove([], claim.Range);
            }

            foreach (var one in damaged)
            {
                _engine.Log.EventSetAside(_spec.Topic, _spec.Group, one.Number, one.Reason);
            }
        }

        return count;
    }

    /// <summary>Remembers what is held before anything is read, so that it is returned even if reading fails.</summary>
    private int Take(ClaimJob claim, Span<Delivery> buffer, out IReadOnlyList<DamagedEvent> damaged)
    {
        _held.Add(claim.Rows, claim.Range);
        damaged = [];
        var count = 0;
        foreach (var row in claim.Rows)
        {
            buffer[count++] = new Delivery(row.Envelope, row.Attempt, row, row.Epoch);
        }

        try
        {
            return claim.Range is null ? count : count + _reader.Read(claim.Range, buffer[count..], out damaged);
        }
        catch
        {
            _unread = claim;
            throw;
        }
    }

    /// <summary>What was claimed but could not be read was never handed out, so nobody would ever settle it.</summary>
    private async ValueTask ReturnUnreadAsync()
    {
        if (_unread is { Range: { } range, Rows: var rows })
        {
            await _engine.Writer.RunAsync(new ReturnJob(_address, [range], rows, _engine.Pulses)).ConfigureAwait(false);
            _held.Remove(rows, range);
            _unread = null;
        }
    }

    private async ValueTask ReturnAsync()
    {
        if (LastJob() is not { } job)
        {
            return;
        }

        try
        {
            await _engine.Writer.RunAsync(job).ConfigureAwait(false);
        }
        catch (TransportException error)
        {
            // A bus has to come to its end on a file that does not work, too. The worker does it when it resigns, or its lease runs out.
            _engine.Log.ReturnFailed(error);
        }
    }

    /// <summary>What is to be done in the file when this receiver goes, or null.</summary>
    private WriteJob? LastJob()
    {
        if (_spec.IsPrivate)
        {
            return new ForgetJob(_address);
        }

        var (claims, rows) = _held.All();
        return claims.Length + rows.Length > 0 ? new ReturnJob(_address, claims, rows, _engine.Pulses) : null;
    }
}
