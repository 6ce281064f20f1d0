using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>Adopts deliveries of a group on another transport, each as if it had been handed out here and settled so. Their numbers only tell the order of a key.</summary>
internal sealed class AdoptJob(GroupName group, IReadOnlyList<Settlement> deliveries, TimeProvider time, Pulses pulses) : WriteJob
{
    private readonly Dictionary<TopicName, GroupAddress> _addresses = [];

    public override bool NeedsRoom => true;

    public override IEnumerable<long> Topics => _addresses.Values.Select(address => address.TopicId);

    public override void Execute(Store store)
    {
        _addresses.Clear();
        var number = store.Claims.Numbers();
        foreach (var settlement in deliveries)
        {
            Adopt(store, AddressOf(store, settlement.Delivery.Envelope.Topic), number++, settlement);
        }
    }

    protected override void Committed() => pulses.Beat(Topics);

    private GroupAddress AddressOf(Store store, TopicName topic)
    {
        if (!_addresses.TryGetValue(topic, out var address))
        {
            var id = store.Topics.Ensure(topic);
            _addresses.Add(topic, address = new GroupAddress(topic, id, store.Groups.Find(id, group) ?? throw NotOpen(topic)));
        }

        return address;
    }

    private void Adopt(Store store, GroupAddress address, long number, Settlement settlement)
    {
        var (envelope, attempt) = (settlement.Delivery.Envelope, settlement.Delivery.Attempt);
        if (envelope.Key is not null)
        {
            store.Topics.NoteKey(address.TopicId);
            if (store.Keys.Has(address.GroupId, envelope.Key, envelope.Id))
            {
                return;
            }
        }

        var isBehind = store.Keys.HasBefore(address.GroupId, envelope.Key, number);
        var verdict = settlement.Verdict;
        switch (verdict.Kind)
        {
            case VerdictKind.Retry:
                store.Deliveries.InsertWaiting(address, number, envelope, isBehind, store.Clock.Now + (long)verdict.After.TotalMilliseconds, attempt, verdict.Error);
                break;
            case VerdictKind.Return:
                store.Deliveries.InsertWaiting(address, number, envelope, isBehind, store.Clock.Now, attempt - 1, error: null);
                break;
            case VerdictKind.Dead:
                store.Deliveries.InsertDead(address, number, envelope, time.GetUtcNow(), attempt, verdict);
                break;
        }
    }

    private TransportException NotOpen(TopicName topic)
        => new(new Fault(ErrorCodes.NotRunning, $"The group '{group}' is not open on '{topic}', so that nothing can be adopted for it."));
}
