using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>
/// Writes what can be read of a damaged file into a new one. Events get new numbers, without the gaps that the damage has left: a group that was handed a
/// number without an event would never be through with it. What left the straight path before keeps its order, and comes before all of them.
/// </summary>
internal sealed class Salvager : IDisposable
{
    private const string EventColumns = EnvelopeRow.Columns;

    /// <summary>The largest number that an event can have.</summary>
    private static readonly long _unknown = EventTable.Number(long.MaxValue);

    private readonly DamagedTable _source;
    private readonly Database _target;
    private readonly TopicTable _topics;
    private readonly EventTable _events;
    private readonly Statement _group;
    private readonly Statement _delivery;
    private readonly Dictionary<long, Topic> _topicOf = [];
    private readonly Dictionary<long, Group> _groupOf = [];
    private long _deliveries;
    private long _eventCount;
    private long _missing;
    private long _scheduled;

    private Salvager(DamagedTable source, Database target)
    {
        (_source, _target) = (source, target);
        _topics = new TopicTable(target);
        _events = new EventTable(target, TimeSpan.Zero);
        _group = new Statement(target, "INSERT INTO aldis_group (id, topic, name, cursor) VALUES (?1, ?2, ?3, ?4)");
        _delivery = new Statement(target, $"""
            INSERT INTO aldis_delivery (grp, state, number, due, attempts, lost, reason, error, place, epoch, {EventColumns})
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, random() / 2, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """);
    }

    /// <summary>Works on a copy, since SQLite changes a file when it is opened after a crash.</summary>
    public static SqliteSalvage Run(string path, string target)
    {
        using var copy = DamagedCopy.Of(path, target + "-source");
        using var database = DatabaseFile.OpenWriter(target, new SqliteOptions { Path = target });
        using var salvager = new Salvager(copy.Open(), database);
        database.Execute("BEGIN IMMEDIATE");
        var saved = salvager.Save();
        database.Execute("COMMIT");
        return saved;
    }

    public void Dispose()
    {
        _topics.Dispose();
        _events.Dispose();
        _group.Dispose();
        _delivery.Dispose();
    }

    private SqliteSalvage Save()
    {
        ReadTopics();
        ReadGroups();
        ReadClaims();
        ReadDeliveries();
        foreach (var topic in _topicOf.Values)
        {
            ReadEvents(topic);
        }

        WriteGroups();
        ParkBehind();
        ReadLedger();
        return new SqliteSalvage(_topicOf.Count, _groupOf.Count, _eventCount, _deliveries, _scheduled, _source.Unreadable, _missing);
    }

    private void ReadTopics() => _source.Read("name, last, keyed", "aldis_topic", "id",
        row => Add(row.Int64(0), TopicName.Parse(row.Text(1)), row.Int64(2)));

    /// <summary>A private group ends with its process, so there is none of them any more.</summary>
    private void ReadGroups() => _source.Read("topic, name, cursor, worker", "aldis_group", "id", row =>
    {
        if (row.IsNull(4))
        {
            var topic = TopicOf(row.Int64(1));
            var group = new Group(row.Int64(0), topic, GroupName.Parse(row.Text(2)), row.Int64(3));
            _groupOf.Add(group.Id, group);
            topic.Groups.Add(group);
        }
    });

    private void ReadClaims() => _source.Read("grp, first, last, settled", "aldis_claim", "token", row =>
    {
        if (_groupOf.TryGetValue(row.Int64(1), out var group))
        {
            var (first, last, settled) = (row.Int64(2), row.Int64(3), row.Bytes(4));
            _source.Read(EventColumns, "aldis_event", "position", one =>
            {
                var number = EventTable.Number(one.Int64(0));
                if (!SettledBits.Has(settled, number - first))
                {
                    Begin(group, DeliveryState.Waiting, number, due: 0, attempts: 1, lost: 1).BindNull(7).BindNull(8).BindNull(9);
                    Write(EnvelopeRow.Read(one, 1, group.Topic.Name));
                }
            }, EventTable.Position(group.Topic.Id, first), EventTable.Position(group.Topic.Id, last));
        }
    });

    private void ReadDeliveries() => _source.Read($"grp, state, number, due, attempts, lost, reason, error, place, {EventColumns}", "aldis_delivery", "row", row =>
    {
        if (_groupOf.TryGetValue(row.Int64(1), out var group))
        {
            var (isLeased, state) = (row.Int64(2) == DeliveryState.Leased, (int)row.Int64(2));
            Begin(group, isLeased ? DeliveryState.Waiting : state, row.Int64(3), row.Int64(4), row.Int64(5), row.Int64(6) + (isLeased ? 1 : 0))
                .Bind(7, row.TextOrNull(7)).Bind(8, row.TextOrNull(8)).Bind(9, row.TextOrNull(9));
            Write(EnvelopeRow.Read(row, 10, group.Topic.Name));
        }
    });

    private Statement Begin(Group group, int state, long number, long due, long attempts, long lost)
        => _delivery.Bind(1, group.Id).Bind(2, state).Bind(3, number - group.Topic.Last - 1).Bind(4, due).Bind(5, attempts).Bind(6, lost);

    private void Write(Envelope envelope)
    {
        EnvelopeRow.Bind(_delivery, 10, envelope).Run();
        _deliveries++;
    }

    /// <summary>What no group has been handed yet, and in a topic without groups everything.</summary>
    private void ReadEvents(Topic topic)
    {
        var from = topic.Groups.Count == 0 ? 0 : topic.Groups.Min(group => group.Cursor);
        _source.Read(EventColumns, "aldis_event", "position", row =>
        {
            var (number, envelope) = (EventTable.Number(row.Int64(0)), EnvelopeRow.Read(row, 1, topic.Name));
            _events.Insert(topic.NewId, topic.Saved + 1, envelope);
            topic.Saved++;
            foreach (var group in topic.Groups.Where(group => number <= group.Cursor))
            {
                group.NewCursor = topic.Saved;
            }
        }, EventTable.Position(topic.Id, from + 1), EventTable.Position(topic.Id, topic.Last));
        _eventCount += topic.Saved;
        _missing += topic.Groups.Count == 0 || topic.Last == _unknown ? 0 : topic.Last - from - topic.Saved;
        _topics.Advance(topic.NewId, topic.Saved, isKeyed: true);
    }

    private void WriteGroups()
    {
        foreach (var group in _groupOf.Values)
        {
            _group.Bind(1, group.Id).Bind(2, group.Topic.NewId).Bind(3, group.Name.Value).Bind(4, group.NewCursor).Run();
        }
    }

    /// <summary>The first of a key waits for its time only, the others for the first.</summary>
    private void ParkBehind() => _target.Execute("""
        UPDATE aldis_delivery AS later SET state = CASE WHEN EXISTS (
            SELECT 1 FROM aldis_delivery AS first WHERE first.grp = later.grp AND first.key = later.key AND first.state <> 2 AND first.number < later.number) THEN 3 ELSE 0 END
        WHERE key IS NOT NULL AND state IN (0, 3)
        """);

    private void ReadLedger()
    {
        using var schedule = new Statement(_target, $"""
            INSERT INTO aldis_schedule (clock, due, topic, {EventColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING
            """);
        _source.Read($"clock, due, topic, {EventColumns}", "aldis_schedule", "row", row =>
        {
            schedule.Bind(1, row.Int64(1)).Bind(2, row.Int64(2)).Bind(3, row.Text(3));
            _scheduled += EnvelopeRow.Bind(schedule, 4, EnvelopeRow.Read(row, 4, TopicName.Parse(row.Text(3)))).Run();
        });
        using var inbox = new Statement(_target, "INSERT INTO aldis_inbox (grp, id, until) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
        _source.ReadBothWays("SELECT grp, id, until FROM aldis_inbox", "grp, id",
            row => inbox.Bind(1, GroupName.Parse(row.Text(0)).Value).Bind(2, row.Bytes(1)).Bind(3, row.Int64(2)).Run());
        using var timetable = new Statement(_target, "INSERT INTO aldis_timetable (name, slot) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        _source.ReadBothWays("SELECT name, slot FROM aldis_timetable", "name", row => timetable.Bind(1, row.Text(0)).Bind(2, row.Int64(1)).Run());
        using var clock = new Statement(_target, "INSERT INTO aldis_clock (boot, offset) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        _source.ReadBothWays("SELECT boot, offset FROM aldis_clock", "boot", row => clock.Bind(1, row.Text(0)).Bind(2, row.Int64(1)).Run());
    }

    /// <summary>A topic whose row is lost is known from its groups, and how far it went is looked for among its events.</summary>
    private Topic TopicOf(long id)
        => _topicOf.TryGetValue(id, out var topic) ? topic : Add(id, TopicName.Parse($"salvaged-{id}"), _unknown);

    private Topic Add(long id, TopicName name, long last)
    {
        var topic = new Topic(id, name, last, _topics.Ensure(name));
        _topicOf.Add(id, topic);
        return topic;
    }

    private sealed record Topic(long Id, TopicName Name, long Last, long NewId)
    {
        public List<Group> Groups { get; } = [];

        public long Saved { get; set; }
    }

    private sealed record Group(long Id, Topic Topic, GroupName Name, long Cursor)
    {
        public long NewCursor { get; set; }
    }
}
