using Aldis.Events;
using Aldis.Transports;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Aldis.RabbitMq;

/// <summary>
/// Carries verdicts out. What is to come again or is dead is published where it belongs and confirmed there, before the broker is told that the original is
/// done with: when something breaks in between, it is there twice, and never lost.
/// </summary>
internal sealed class Settling(Broker broker, GroupQueue queue)
{
    private const int MostReason = 2_000;
    private const int MostError = 16_000;

    private readonly PublishLane _lane = broker.Lane();
    private readonly HashSet<string> _ownDelays = [];
    private ulong[] _tags = new ulong[64];

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var (consumption, refused) = Sort(batch.Span, out var count, out var moved);
        if (consumption is null)
        {
            return refused;
        }

        if (moved)
        {
            await MoveAsync(consumption, batch, refused, cancel).ConfigureAwait(false);
        }

        try
        {
            await consumption.AcknowledgeAsync(_tags.AsMemory(0, count)).ConfigureAwait(false);
        }
        catch (Exception) when (consumption.IsOver)
        {
            return batch.ToArray();
        }
        catch (AlreadyClosedException)
        {
            return batch.ToArray();
        }

        Forget(batch.Span);
        return refused;
    }

    /// <summary>Events that have arrived and are not begun go back behind the others of their queue, or wait on where they have still to wait. That is an attempt for nobody.</summary>
    public async ValueTask PassOnAsync(Consumption consumption, IReadOnlyList<Held> events)
    {
        try
        {
            var messages = new Outgoing[events.Count];
            for (var index = 0; index < messages.Length; index++)
            {
                var (held, remaining) = (events[index], TimeSpan.FromMilliseconds(events[index].Remaining));
                messages[index] = await LaterAsync(consumption, new Delivery(held.Envelope, held.Attempt - 1, null, 0), remaining, CancellationToken.None).ConfigureAwait(false);
            }

            await _lane.PublishAsync(messages, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            foreach (var held in events)
            {
                await consumption.ReturnAsync(held).ConfigureAwait(false);
            }

            throw;
        }

        await consumption.AcknowledgeAsync(events.Select(static held => held.Tag).ToArray()).ConfigureAwait(false);
    }

    /// <summary>A message that is no event becomes a dead letter, with its bytes.</summary>
    public ValueTask BuryAsync(IReadOnlyBasicProperties properties, byte[] body, string reason)
    {
        var envelope = DeadMessage.Unreadable(properties, body, queue.Topic, broker.Time.GetUtcNow());
        return _lane.PublishAsync(new[] { Dead(new Delivery(envelope, 1, null, 0), Verdict.Dead(reason)) with { Foreign = properties } }, CancellationToken.None);
    }

    /// <summary>A private group is over: its queues go, and what is in them.</summary>
    public async ValueTask ForgetGroupAsync(Connected connected)
    {
        foreach (var name in _ownDelays.Prepend(queue.DeadName).Prepend(queue.Name))
        {
            connected.Forget(name);
            try
            {
                var channel = await connected.Connection.CreateChannelAsync().ConfigureAwait(false);
                await using (channel.ConfigureAwait(false))
                {
                    await channel.QueueDeleteAsync(name, ifUnused: false, ifEmpty: false).ConfigureAwait(false);
                }
            }
            catch (Exception)
            {
                // The connection is gone, and the queue with it.
            }
        }
    }

    /// <summary>Which settlements are refused, which numbers are to be acknowledged, and whether some events move elsewhere first.</summary>
    private (Consumption? Consumption, List<Settlement> Refused) Sort(ReadOnlySpan<Settlement> batch, out int count, out bool moved)
    {
        (count, moved) = (0, false);
        Consumption? live = null;
        List<Settlement> refused = [];
        if (_tags.Length < batch.Length)
        {
            _tags = new ulong[batch.Length];
        }

        foreach (var settlement in batch)
        {
            if (settlement.Delivery.Lease is not Consumption { IsOver: false } consumption || !consumption.Window.TryGet((ulong)settlement.Delivery.Token, out _))
            {
                refused.Add(settlement);
                continue;
            }

            live = consumption;
            moved |= settlement.Verdict.Kind != VerdictKind.Done;
            if (settlement.Verdict.Kind != VerdictKind.Return)
            {
                _tags[count++] = (ulong)settlement.Delivery.Token;
            }
        }

        return (live, refused);
    }

    private async ValueTask MoveAsync(Consumption consumption, ReadOnlyMemory<Settlement> batch, List<Settlement> refused, CancellationToken cancel)
    {
        var messages = new List<Outgoing>();
        for (var index = 0; index < batch.Length; index++)
        {
            var (delivery, verdict, _) = batch.Span[index];
            if (!consumption.Window.TryGet((ulong)delivery.Token, out var held) || !ReferenceEquals(delivery.Lease, consumption))
            {
                continue;
            }

            switch (verdict.Kind)
            {
                case VerdictKind.Retry:
                    messages.Add(await LaterAsync(consumption, delivery, verdict.After, cancel).ConfigureAwait(false));
                    break;
                case VerdictKind.Dead:
                    messages.Add(Dead(delivery, verdict));
                    break;
                case VerdictKind.Return:
                    await consumption.ReturnAsync(held).ConfigureAwait(false);
                    break;
            }
        }

        if (messages.Count > 0)
        {
            await _lane.PublishAsync(messages.ToArray(), cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask<Outgoing> LaterAsync(Consumption consumption, Delivery delivery, TimeSpan after, CancellationToken cancel)
    {
        List<KeyValuePair<string, object?>> notes = [new(Names.Attempts, delivery.Attempt)];
        var exchange = broker.Topology.ReturnName;
        if (after > TimeSpan.Zero)
        {
            var delay = Delay.Of(after, broker.Pace);
            exchange = await broker.Declarations.DelayAsync(consumption.Connected, queue, delay, cancel).ConfigureAwait(false);
            if (queue.IsPrivate)
            {
                _ownDelays.Add(exchange);
            }

            if (after.TotalMilliseconds - Delay.Longest is > 0 and var remaining)
            {
                notes.Add(new(Names.Remaining, (long)remaining));
            }
        }

        return new Outgoing(delivery.Envelope, exchange, queue.Address) { Notes = notes };
    }

    private Outgoing Dead(Delivery delivery, Verdict verdict)
    {
        List<KeyValuePair<string, object?>> notes =
        [
            new(Names.Attempts, delivery.Attempt), new(Names.Topic, queue.Topic.Value), new(Names.Group, queue.Group.Value), new(Names.Reason, Cut(verdict.Reason, MostReason)),
            new(Names.DiedAt, CloudEventTime.Write(broker.Time.GetUtcNow())), new(Names.Where, DeadLetter.Here),
        ];
        if (verdict.Error is { } error)
        {
            notes.Add(new(Names.Error, Cut(error, MostError)));
        }

        return queue.IsPrivate
            ? new Outgoing(delivery.Envelope, "", queue.DeadName) { Notes = notes }
            : new Outgoing(delivery.Envelope, broker.Topology.DeadName, queue.Address) { Notes = notes };
    }

    private static string Cut(string? text, int most) => text is null ? "" : text.Length <= most ? text : text[..most] + "…";

    private void Forget(ReadOnlySpan<Settlement> batch)
    {
        foreach (var settlement in batch)
        {
            if (settlement.Verdict.Kind != VerdictKind.Return)
            {
                HandBacks.Forget(queue.Place, settlement.Delivery.Envelope.Id);
            }
        }
    }
}
