using System.Runtime.CompilerServices;
using Aldis.Diagnostics;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>A receiver whose work is measured: what it receives, what it settles and how, how much it holds. Where nobody listens, it only counts what it holds.</summary>
internal sealed class ObservedReceiver : IReceiver
{
    private readonly IReceiver _inner;
    private readonly Telemetry _telemetry;
    private readonly Labels _about;
    private readonly Operation _receiving;
    private readonly Operation _acknowledging;
    private readonly Operation _refusing;
    private readonly BacklogGauge? _backlog;
    private int _held;

    /// <summary>Begins to measure.</summary>
    /// <param name="inner">The transport's receiver.</param>
    /// <param name="spec">What it was opened with.</param>
    /// <param name="backlogs">Who knows how much is left, or null.</param>
    /// <param name="telemetry">Whose telemetry it is.</param>
    /// <param name="time">The clock of ages.</param>
    public ObservedReceiver(IReceiver inner, ReceiverSpec spec, IBacklog? backlogs, Telemetry telemetry, TimeProvider time)
    {
        (_inner, _telemetry) = (inner, telemetry);
        _about = telemetry.About(spec.Topic, spec.Group);
        _receiving = telemetry.Of(OperationKind.Receive, spec.Topic, spec.Group);
        _acknowledging = telemetry.Of(OperationKind.Ack, spec.Topic, spec.Group);
        _refusing = telemetry.Of(OperationKind.Nack, spec.Topic, spec.Group);
        _backlog = backlogs is null ? null : new BacklogGauge(backlogs, spec.Topic, spec.Group, _about, time);
        var labels = telemetry.Of(OperationKind.Process, spec.Topic, spec.Group).Labels;
        Instruments.Utilization.Add(this, () => labels.Measure(Math.Clamp((double)Volatile.Read(ref _held) / spec.MaxUnsettled, 0, 1)));
    }

    // Pooled, because it waits nearly each time: a receive that nobody watches shall not cost an allocation more than one that is not observed at all.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        var began = _receiving.Now;
        try
        {
            var count = await _inner.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
            Interlocked.Add(ref _held, count);
            // A number that cannot be is the pump's to find out.
            Received(buffer.Span[..Math.Clamp(count, 0, buffer.Length)], began);
            return count;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _receiving.Tell([], began, ErrorType.Of(error));
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var began = _acknowledging.Now;
        try
        {
            var refused = await _inner.SettleAsync(batch, cancel).ConfigureAwait(false);
            Interlocked.Add(ref _held, -batch.Length);
            Tell(batch.Span, began, null);
            Count(batch.Span, refused);
            return refused;
        }
        catch (Exception error)
        {
            Tell(batch.Span, began, ErrorType.Of(error));
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Instruments.Utilization.Remove(this);
        _backlog?.Dispose();
        return _inner.DisposeAsync();
    }

    private void Received(ReadOnlySpan<Delivery> deliveries, Moment began)
    {
        _receiving.Labels.Count(Instruments.Consumed, deliveries.Length);
        if (began != default)
        {
            _receiving.Tell(EnvelopesOf(deliveries), began);
        }
    }

    /// <summary>A batch may hold both kinds of verdict: each has its span, and both took as long.</summary>
    private void Tell(ReadOnlySpan<Settlement> batch, Moment began, string? error)
    {
        if (began == default)
        {
            return;
        }

        foreach (var (operation, isDone) in ((Operation, bool)[])[(_acknowledging, true), (_refusing, false)])
        {
            var envelopes = new List<Envelope>();
            foreach (var settlement in batch)
            {
                if ((settlement.Verdict.Kind == VerdictKind.Done) == isDone)
                {
                    envelopes.Add(settlement.Delivery.Envelope);
                }
            }

            if (envelopes.Count > 0)
            {
                operation.Tell(envelopes, began, error);
            }
        }
    }

    /// <summary>Counts what came of it; what was refused did not happen.</summary>
    private void Count(ReadOnlySpan<Settlement> batch, IReadOnlyList<Settlement> refused)
    {
        _about.Count(Instruments.LeaseLost, refused.Count);
        if (!Instruments.WatchSettlements)
        {
            return;
        }

        foreach (var settlement in batch)
        {
            if (refused.Count == 0 || !refused.Contains(settlement))
            {
                Count(settlement);
            }
        }
    }

    private void Count(Settlement settlement)
    {
        switch (settlement.Verdict.Kind)
        {
            case VerdictKind.Retry:
                _about.Count(Instruments.Retries, 1);
                break;
            case VerdictKind.Dead:
                _about.Count(Instruments.DeadLettered, 1);
                break;
        }

        foreach (var envelope in settlement.Published)
        {
            _telemetry.Publishing(envelope.Topic).Labels.Count(Instruments.Sent, 1);
        }

        foreach (var later in settlement.Scheduled ?? [])
        {
            _telemetry.Scheduling(later.Envelope.Topic).Labels.Count(Instruments.Sent, 1);
        }
    }

    private static Envelope[] EnvelopesOf(ReadOnlySpan<Delivery> deliveries)
    {
        var envelopes = new Envelope[deliveries.Length];
        for (var index = 0; index < envelopes.Length; index++)
        {
            envelopes[index] = deliveries[index].Envelope;
        }

        return envelopes;
    }
}
