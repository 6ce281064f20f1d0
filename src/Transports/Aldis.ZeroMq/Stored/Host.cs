using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.ZeroMq;

/// <summary>The publisher's side of store and forward: a seat at the ledger for each session of a guest, and a desk for events that guests leave to be kept.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="options">How many seats there are.</param>
/// <param name="opened">Told of each group that has taken a seat.</param>
/// <param name="log">The log.</param>
internal sealed class Host(ITransport ledger, ZeroMqOptions options, Func<ReceiverSpec, Task> opened, ILogger log) : IHost, IAsyncDisposable
{
    /// <summary>A member cannot ask for more than this ahead of its verdicts.</summary>
    private const int MaxUnsettled = 10_000;

    private readonly ConcurrentDictionary<(Guest Guest, uint Session), Task<Seat?>> _seats = new();
    private readonly ConcurrentDictionary<Task, bool> _endings = new();
    private readonly Desk _desk = new(ledger);
    private volatile bool _isClosing;

    /// <summary>Where answers go out; set once, before the first guest comes.</summary>
    public Door Door { get; set; } = null!;

    public bool Knows(Guest guest, uint session) => _seats.ContainsKey((guest, session));

    /// <summary>Whether a member of the group has a seat, or is about to.</summary>
    public bool Serves(TopicName topic, GroupName group)
        => _seats.Values.Any(seat => !seat.IsCompletedSuccessfully || (seat.GetAwaiter().GetResult() is { } there && there.Spec.Topic == topic && there.Spec.Group == group));

    public void Take(Guest guest, byte[] message)
    {
        var reader = new MessageReader(message);
        switch (reader.Kind)
        {
            case MessageKind.Join:
                Join(guest, ref reader);
                break;
            case MessageKind.Credit:
                var session = reader.UInt32();
                SeatOf(guest, session)?.Allow(reader.Int64());
                break;
            case MessageKind.Settle:
                Settle(guest, reader.UInt32(), message);
                break;
            case MessageKind.Leave:
                End(guest, reader.UInt32());
                break;
            case MessageKind.Publish:
                Track(_desk.KeepAsync(message, answer => Door.Post(guest, answer)));
                break;
            default:
                throw new MalformedMessageException($"There is no kind {(byte)reader.Kind}.");
        }
    }

    public void Tick()
    {
    }

    public void End(Guest guest)
    {
        foreach (var place in _seats.Keys.Where(place => place.Guest == guest))
        {
            if (_seats.TryRemove(place, out var seat))
            {
                Track(EndAsync(seat, said: false));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        foreach (var guest in _seats.Keys.Select(place => place.Guest).Distinct())
        {
            End(guest);
        }

        await Task.WhenAll(_endings.Keys).ConfigureAwait(false);
        await _desk.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A seat that is being taken is not there yet: the member's credit comes after it was told that it is.</summary>
    private Seat? SeatOf(Guest guest, uint session)
        => _seats.TryGetValue((guest, session), out var seat) && seat.IsCompletedSuccessfully ? seat.GetAwaiter().GetResult() : null;

    private void Join(Guest guest, ref MessageReader reader)
    {
        var session = reader.UInt32();
        ReceiverSpec spec;
        try
        {
            spec = Messages.ReadSpec(ref reader, MaxUnsettled);
        }
        catch (AldisException error)
        {
            Door.Send(guest, Messages.Gone(session, error.Message));
            return;
        }

        if (_seats.Count >= options.MaxMembers)
        {
            Door.Send(guest, Messages.Gone(session, $"All {options.MaxMembers} seats are taken."));
            return;
        }

        var place = (guest, session);
        var taking = new TaskCompletionSource<Seat?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_isClosing && _seats.TryAdd(place, taking.Task))
        {
            Track(SeatAsync(guest, session, spec, taking));
        }
        else if (SeatOf(guest, session) is not null)
        {
            Door.Send(guest, Joined.Write(session));
        }
    }

    private async Task SeatAsync(Guest guest, uint session, ReceiverSpec spec, TaskCompletionSource<Seat?> taking)
    {
        await Task.Yield();
        Seat? seat = null;
        try
        {
            var receiver = await ledger.OpenReceiverAsync(spec, CancellationToken.None).ConfigureAwait(false);
            seat = new Seat(receiver, spec, session, message => Door.Post(guest, message), error => log.LedgerFailed(spec.Topic, spec.Group.Value, error));
            await opened(spec).ConfigureAwait(false);
            taking.SetResult(seat);
            Door.Post(guest, Joined.Write(session));
        }
        catch (AldisException error)
        {
            _seats.TryRemove((guest, session), out _);
            taking.SetResult(null);
            if (seat is not null)
            {
                await seat.DisposeAsync().ConfigureAwait(false);
            }

            Door.Post(guest, Messages.Gone(session, error.Message));
        }
    }

    private void Settle(Guest guest, uint session, byte[] message)
    {
        if (SeatOf(guest, session) is not { } seat)
        {
            Door.Send(guest, Messages.Gone(session, "It is not known here."));
        }
        else if (!seat.TrySettle(message))
        {
            End(guest, session);
        }
    }

    private void End(Guest guest, uint session)
    {
        if (_seats.TryRemove((guest, session), out var seat))
        {
            Track(LeaveAsync());
        }
        else
        {
            Door.Send(guest, Messages.Gone(session, ""));
        }

        async Task LeaveAsync()
        {
            await EndAsync(seat!, said: true).ConfigureAwait(false);
            Door.Post(guest, Messages.Gone(session, ""));
        }
    }

    private async Task EndAsync(Task<Seat?> taking, bool said)
    {
        await Task.Yield();
        if (await taking.ConfigureAwait(false) is { } seat)
        {
            if (!said && !_isClosing)
            {
                log.MemberGone(seat.Spec.Group.Value, seat.Spec.Topic, seat.Held);
            }

            await seat.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What is under way is waited for when the host goes.</summary>
    private void Track(Task task)
    {
        if (task.IsCompleted)
        {
            return;
        }

        _endings.TryAdd(task, true);
        _ = task.ContinueWith(done => _endings.TryRemove(done, out _), TaskScheduler.Default);
    }
}
