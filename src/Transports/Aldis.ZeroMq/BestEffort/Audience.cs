using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.ZeroMq;

/// <summary>Who takes what this process publishes at best effort: members of shared groups, and private ones. For the poller's thread.</summary>
internal sealed class Audience(ZeroMqOptions options, ILogger log) : IHost
{
    private readonly Dictionary<(TopicName Topic, GroupName Group), Sharing> _shared = [];
    private readonly Dictionary<(Guest Guest, uint Session), Membership> _members = [];
    private Broadcast? _broadcast;

    /// <summary>Set once, before the first guest comes.</summary>
    public Neighbourhood Neighbours { get; set; } = null!;

    public bool Knows(Guest guest, uint session) => _members.ContainsKey((guest, session));

    /// <summary>Sends to everybody; what nobody wants is dropped.</summary>
    public void Send(TopicName topic, List<Parcel> parcels)
    {
        var isWanted = false;
        foreach (var ((wanted, _), sharing) in _shared)
        {
            if (wanted == topic)
            {
                isWanted = true;
                parcels.ForEach(sharing.Send);
            }
        }

        if (_members.Values.Any(member => member.Spec.IsPrivate && member.Spec.Topic == topic))
        {
            isWanted = true;
            parcels.ForEach(parcel => _broadcast!.Send(topic, parcel));
        }

        if (!isWanted)
        {
            TransportContext.CountDropped(ZeroMqTransport.System, topic, null, parcels.Sum(parcel => parcel.Count));
        }
    }

    public void Take(Guest guest, byte[] message)
    {
        var reader = new MessageReader(message);
        var session = reader.UInt32();
        switch (reader.Kind)
        {
            case MessageKind.Join:
                Join(guest, session, ref reader);
                break;
            case MessageKind.Credit:
                Report((guest, session), reader.Int64());
                break;
            case MessageKind.Leave:
                End((guest, session));
                Neighbours.Door.Send(guest, Messages.Gone(session, ""));
                break;
            default:
                throw new MalformedMessageException($"There is no kind {(byte)reader.Kind} at best effort.");
        }
    }

    public void Tick()
    {
        var now = TimeProvider.System.GetTimestamp();
        _broadcast?.Tick();
        foreach (var sharing in _shared.Values)
        {
            sharing.Tick(now, options.PeerTimeout);
        }
    }

    public void End(Guest guest)
    {
        foreach (var place in _members.Keys.Where(place => place.Guest == guest).ToArray())
        {
            End(place);
        }
    }

    public void Close()
    {
        foreach (var place in _members.Keys.ToArray())
        {
            End(place);
        }

        _broadcast?.Dispose();
        _broadcast = null;
    }

    private void Join(Guest guest, uint session, ref MessageReader reader)
    {
        ReceiverSpec spec;
        try
        {
            spec = Messages.ReadSpec(ref reader, 1);
        }
        catch (AldisException error)
        {
            Neighbours.Door.Send(guest, Messages.Gone(session, error.Message));
            return;
        }

        if (_members.Count >= options.MaxMembers)
        {
            Neighbours.Door.Send(guest, Messages.Gone(session, $"All {options.MaxMembers} places are taken."));
        }
        else if (!_members.ContainsKey((guest, session)))
        {
            // It is a member when its socket is open, and not before.
            var joined = spec.IsPrivate
                ? Broadcast().Welcome(session, spec.Topic)
                : Share(spec).Welcome(session);
            _members.Add((guest, session), new Membership(spec));
            Neighbours.Door.Send(guest, joined);
        }
    }

    private Broadcast Broadcast() => _broadcast ??= new Broadcast(Neighbours.Address.HostText, options, Neighbours.Keys, Neighbours.Poller);

    private Sharing Share(ReceiverSpec spec)
    {
        if (!_shared.TryGetValue((spec.Topic, spec.Group), out var sharing))
        {
            sharing = new Sharing(spec.Topic, spec.Group, Neighbours.Address.HostText, options, Neighbours.Keys, Neighbours.Poller, log);
            _shared.Add((spec.Topic, spec.Group), sharing);
        }

        sharing.Came();
        return sharing;
    }

    private void Report((Guest, uint) place, long came)
    {
        if (_members.TryGetValue(place, out var member) && came > member.Came && _shared.TryGetValue((member.Spec.Topic, member.Spec.Group), out var sharing))
        {
            sharing.Report(came - member.Came);
            member.Came = came;
        }
    }

    private void End((Guest Guest, uint Session) place)
    {
        if (!_members.Remove(place, out var member) || !_shared.TryGetValue((member.Spec.Topic, member.Spec.Group), out var sharing))
        {
            return;
        }

        sharing.Left();
        if (sharing.Members == 0)
        {
            _shared.Remove((member.Spec.Topic, member.Spec.Group));
            sharing.Dispose();
        }
    }

    private sealed class Membership(ReceiverSpec spec)
    {
        public ReceiverSpec Spec { get; } = spec;

        public long Came { get; set; }
    }
}
