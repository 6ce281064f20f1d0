using System.Collections.Concurrent;
using System.Text;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.ZeroMq;

/// <summary>
/// Remembers which groups of other processes have events here, and applies <see cref="WhenGroupIsAway"/> to those of which nobody comes. It is kept in the ledger, as a topic with an event for each
/// group, which this process receives and never settles.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="policy">What becomes of events for a group that is away.</param>
/// <param name="isThere">Whether a member of a group is there.</param>
/// <param name="time">The clock by which groups are away.</param>
/// <param name="log">The log.</param>
internal sealed class Roster(ITransport ledger, WhenGroupIsAway policy, Func<TopicName, GroupName, bool> isThere, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TopicName _topic = TopicName.Parse("aldis.zeromq.groups");
    private static readonly GroupName _group = GroupName.Parse("roster");
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(TopicName Topic, GroupName Group), EventId> _known = new();
    private readonly ConcurrentDictionary<(TopicName Topic, GroupName Group), WaitingTimes> _waiting = new();
    private readonly CancellationTokenSource _ending = new();
    private IReceiver? _receiver;
    private ISender? _sender;
    private Task _working = Task.CompletedTask;

    /// <summary>Begins, unless everything is kept anyway.</summary>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        if (policy.KeepsAll)
        {
            return;
        }

        _receiver = await ledger.OpenReceiverAsync(new ReceiverSpec(_topic, _group, 512), cancel).ConfigureAwait(false);
        _sender = await ledger.OpenSenderAsync(_topic, cancel).ConfigureAwait(false);
        _working = Task.WhenAll(ReadAsync(_receiver), SweepAsync());
    }

    /// <summary>A member of a group has come: the group is one to remember.</summary>
    public async Task NoteAsync(ReceiverSpec spec)
    {
        var group = (spec.Topic, spec.Group);
        _waiting.TryRemove(group, out _);
        if (_sender is null || spec.IsPrivate || _known.ContainsKey(group))
        {
            return;
        }

        var id = EventId.New(time);
        var note = new Envelope
        {
            Id = id, Topic = _topic, Type = _topic.Value, Source = "/aldis/zeromq", Time = time.GetUtcNow(), ContentType = "text/plain",
            Body = Encoding.UTF8.GetBytes($"{spec.Topic} {spec.Group}"),
        };
        await _sender.SendAsync(new[] { note }, CancellationToken.None).ConfigureAwait(false);
        _known.TryAdd(group, id);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_receiver is not null)
        {
            await _receiver.DisposeAsync().ConfigureAwait(false);
            await _sender!.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(IReceiver receiver)
    {
        var buffer = new Delivery[64];
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                var count = await receiver.ReceiveAsync(buffer, _ending.Token).ConfigureAwait(false);
                Settlement[] needless = [.. buffer[..count].Where(IsNeedless).Select(delivery => new Settlement(delivery, Verdict.Done, []))];
                if (needless.Length > 0)
                {
                    await receiver.SettleAsync(needless, _ending.Token).ConfigureAwait(false);
                }
            }
            catch (AldisException error)
            {
                log.LedgerFailed(_topic, _group.Value, error);
                await Task.Delay(_patience, TimeProvider.System, _ending.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Learns of the group of a note. One that was noted twice, by this process before it had read what was there, or by another one, needs one note; what is none needs no place here.</summary>
    private bool IsNeedless(Delivery note)
    {
        var names = Encoding.UTF8.GetString(note.Envelope.Body.Span).Split(' ');
        try
        {
            return names.Length != 2 || _known.GetOrAdd((TopicName.Parse(names[0]), GroupName.Parse(names[1])), note.Envelope.Id) != note.Envelope.Id;
        }
        catch (AldisException)
        {
            return true;
        }
    }

    private async Task SweepAsync()
    {
        var pause = policy.Longest is { } longest && longest / 4 < _longestPause ? longest / 4 : _longestPause;
        using var timer = new PeriodicTimer(pause, time);
        while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
        {
            foreach (var (topic, group) in _known.Keys)
            {
                if (isThere(topic, group))
                {
                    _waiting.TryRemove((topic, group), out _);
                    continue;
                }

                try
                {
                    await SweepAsync(topic, group).ConfigureAwait(false);
                }
                catch (AldisException error)
                {
                    log.LedgerFailed(topic, group.Value, error);
                }
            }
        }
    }

    private async Task SweepAsync(TopicName topic, GroupName group)
    {
        if (ledger is not IBacklog store)
        {
            return;
        }

        var waiting = _waiting.GetOrAdd((topic, group), _ => new WaitingTimes(policy.Longest ?? TimeSpan.Zero, time));
        var depth = (await store.ReadBacklogAsync(topic, group, _ending.Token).ConfigureAwait(false)).Depth;
        var excess = policy.Most is { } most ? depth - most : waiting.See(depth);
        if (excess <= 0)
        {
            return;
        }

        var receiver = await ledger.OpenReceiverAsync(new ReceiverSpec(topic, group, 256), _ending.Token).ConfigureAwait(false);
        await using (receiver.ConfigureAwait(false))
        {
            var givenUp = 0;
            while (givenUp < excess && !isThere(topic, group) && await GiveUpAsync(receiver, excess - givenUp).ConfigureAwait(false) is > 0 and var count)
            {
                givenUp += count;
                waiting.Went(count);
            }

            if (givenUp > 0)
            {
                log.GivenUpForGroup(group, topic, givenUp);
                TransportContext.CountDropped(ZeroMqTransport.System, topic, group, policy.AsDeadLetters ? 0 : givenUp);
            }
        }
    }

    /// <summary>Takes the oldest and gives them up.</summary>
    private async ValueTask<int> GiveUpAsync(IReceiver receiver, long most)
    {
        var buffer = new Delivery[Math.Min(most, 256)];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        enough.CancelAfter(_patience);
        int count;
        try
        {
            count = await receiver.ReceiveAsync(buffer, enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_ending.IsCancellationRequested)
        {
            return 0;
        }

        var verdict = policy.AsDeadLetters ? Verdict.Dead("No member of the group has come for it (ZeroMqOptions.WhenGroupIsAway).") : Verdict.Done;
        var old = Array.ConvertAll(buffer[..count], delivery => new Settlement(delivery, verdict, []));
        await receiver.SettleAsync(old, _ending.Token).ConfigureAwait(false);
        return count;
    }
}
