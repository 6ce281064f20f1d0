using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>
/// What a member has at one publisher: its seat, seen from here. It ends when the publisher ends it, is silent, or is not the one any more that it was; what it had handed out is lost then, and
/// comes again. Safe for any thread, but for what says otherwise.
/// </summary>
internal sealed class Session : ISession
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, Call> _calls = [];
    private readonly RecentTexts _texts = new();
    private readonly HeldKeys _held = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StoredReceiver _owner;
    private readonly Link _link;
    private uint _lastCall;
    private long _received;
    private long _said;

    public Session(uint id, StoredReceiver owner, Link link) => (Id, _owner, _link) = (id, owner, link);

    public uint Id { get; }

    /// <summary>Completes when it is open, or over.</summary>
    public Task Joined => _joined.Task;

    /// <summary>Completes when it is over.</summary>
    public Task Over => _over.Task;

    public bool IsOver => _over.Task.IsCompleted;

    public Link Link => _link;

    public ReceiverSpec Spec => _owner.Spec;

    /// <summary>Says how many events there is room for, beyond those that came. Little is said where much is left of what was said before.</summary>
    public void Allow(int room)
    {
        lock (_gate)
        {
            var limit = _received + room;
            if (IsOver || !_joined.Task.IsCompleted || limit == _said || (limit > _said && _said - _received > room / 2))
            {
                return;
            }

            _said = limit;
            _link.Post(Messages.Credit(Id, limit));
        }
    }

    public void Open(Joined joined)
    {
        if (_joined.TrySetResult())
        {
            _owner.Opened(this);
        }
    }

    public void Take(byte[] message)
    {
        if ((MessageKind)message[0] == MessageKind.Settled)
        {
            Answer(message);
            return;
        }

        var lot = RemoteLot.Of(this, message);
        lock (_gate)
        {
            _received += lot.Count;
        }

        _owner.Offer(lot);
    }

    /// <summary>
    /// Reads an event, for whoever receives; they come in the order of their numbers. What is none becomes a dead letter at its publisher, and what goes back because an earlier one of its key comes
    /// again is not given.
    /// </summary>
    public Envelope? Read(ReadOnlyMemory<byte> record, long number)
    {
        string why;
        try
        {
            var envelope = EventRecord.Read(record, _owner.Spec.Topic, _texts);
            return _held.Has(envelope.Key, number) ? null : envelope;
        }
        catch (Exception error) when (error is MalformedMessageException or AldisException)
        {
            why = error.Message;
        }

        var dead = Verdict.Dead($"{ErrorCodes.NotACloudEvent.Id}: What came over the wire cannot be read. {why}");
        _link.Post(SettleCall.Write(Id, 0, [new Settlement(new Delivery(null!, 1, this, number), dead, [])], []));
        return null;
    }

    /// <summary>Ends it, because what comes of it makes no sense.</summary>
    public void Distrust() => _link.Leave(this);

    /// <summary>Settles what came of it.</summary>
    /// <returns>Those that were refused: all of them where it is over.</returns>
    /// <exception cref="TransportException">The publisher could not keep the verdicts.</exception>
    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(Settlement[] batch, CancellationToken cancel)
    {
        Call call;
        lock (_gate)
        {
            if (IsOver)
            {
                return batch;
            }

            call = new Call(_held.Hold(HeldKeys.Of(batch)));
            _calls.Add(++_lastCall, call);
            _link.Post(SettleCall.Write(Id, _lastCall, batch, call.Held));
        }

        var answer = await call.Answered.Task.WaitAsync(cancel).ConfigureAwait(false);
        return answer.Outcome switch
        {
            _ when answer.IsOver => batch,
            Outcome.Kept when answer.Refused.Length == 0 => [],
            Outcome.Kept => [.. batch.Where(one => answer.Refused.Contains(one.Delivery.Token))],
            var outcome => throw new TransportException(
                new Fault(ErrorCodes.ZeroMqNotSettled, $"The publisher at {_link.Address} has not kept {batch.Length} verdicts.", answer.Reason), outcome == Outcome.PerhapsKept),
        };
    }

    public byte[]? Report() => null;

    /// <summary>It is over: what it handed out is not this member's any more.</summary>
    public void End()
    {
        Call[] waiting;
        lock (_gate)
        {
            _over.TrySetResult();
            waiting = [.. _calls.Values];
            _calls.Clear();
        }

        _joined.TrySetResult();
        Array.ForEach(waiting, call => call.Answered.TrySetResult(SettleAnswer.Over));
        _owner.Ended(this);
    }

    private void Answer(byte[] message)
    {
        var reader = new MessageReader(message);
        reader.UInt32();
        var call = reader.UInt32();
        var answer = SettleAnswer.Read(ref reader);
        Call? waiting;
        lock (_gate)
        {
            if (_calls.Remove(call, out waiting) && answer.Outcome == Outcome.Kept)
            {
                _held.Release(waiting.Held, _received);
            }
        }

        waiting?.Answered.TrySetResult(answer);
    }

    /// <summary>Verdicts on their way, and the keys that are held for them.</summary>
    private sealed record Call((string Key, long From)[] Held)
    {
        public TaskCompletionSource<SettleAnswer> Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
