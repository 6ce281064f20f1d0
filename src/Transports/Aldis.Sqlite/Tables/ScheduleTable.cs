using System.Diagnostics.CodeAnalysis;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>Events that are to be published later: by file time, which nobody sets, or by the wall clock.</summary>
internal sealed class ScheduleTable : Table
{
    private const int FileTime = 0;
    private const int WallClock = 1;

    /// <summary>The time of an event that is not what was stored.</summary>
    private const int Never = 2;

    private const int MostAtOnce = 256;

    private readonly Statement _insert;
    private readonly Statement _due;
    private readonly Statement _postpone;
    private readonly Statement _setAside;
    private readonly Statement _delete;
    private readonly Statement _cancel;
    private readonly Statement _slot;
    private readonly Statement _begin;
    private readonly Statement _take;

    public ScheduleTable(Database database) : base(database)
    {
        _insert = Prepare($"""
            INSERT INTO aldis_schedule (clock, due, topic, {EnvelopeRow.Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT DO NOTHING
            """);
        _due = Prepare($"SELECT row, topic, {EnvelopeRow.Columns} FROM aldis_schedule WHERE clock = ?1 AND due <= ?2 ORDER BY due, row LIMIT {MostAtOnce}");
        _postpone = Prepare($"UPDATE aldis_schedule SET clock = {FileTime}, due = ?2 WHERE row = ?1");
        _setAside = Prepare($"UPDATE aldis_schedule SET clock = {Never} WHERE row = ?1");
        _delete = Prepare("DELETE FROM aldis_schedule WHERE row = ?1");
        _cancel = Prepare("DELETE FROM aldis_schedule WHERE id = ?1");
        _slot = Prepare("SELECT slot FROM aldis_timetable WHERE name = ?1");
        _begin = Prepare("INSERT INTO aldis_timetable (name, slot) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        _take = Prepare("UPDATE aldis_timetable SET slot = ?3 WHERE name = ?1 AND slot = ?2");
    }

    public void Insert(ScheduledEvent one, long now)
    {
        var (clock, due) = one.At is { } at ? (WallClock, at.ToUnixTimeMilliseconds()) : (FileTime, now + Milliseconds(one.After ?? TimeSpan.Zero, now));
        EnvelopeRow.Bind(_insert.Bind(1, clock).Bind(2, due).Bind(3, one.Envelope.Topic.Value), 4, one.Envelope).Run();
    }

    /// <summary>What is due, with its rows; by both clocks. What is not what was stored is due no more, and named in the other list.</summary>
    public (List<(long Row, Envelope Envelope)> Due, List<DamagedEvent> Damaged) Due(long now, DateTimeOffset wall)
    {
        var (due, damaged) = (new List<(long, Envelope)>(), new List<DamagedEvent>());
        foreach (var (clock, until) in Clocks(now, wall))
        {
            _due.Bind(1, clock).Bind(2, until);
            while (_due.Read())
            {
                if (TryRead(_due, 1, out var envelope, out var reason))
                {
                    due.Add((_due.Int64(0), envelope));
                }
                else
                {
                    damaged.Add(new DamagedEvent(_due.Int64(0), reason));
                }
            }
        }

        damaged.ForEach(one => _setAside.Bind(1, one.Number).Run());
        return (due, damaged);
    }

    /// <summary>Asks for <see cref="Next"/>, on a connection that reads.</summary>
    public static Statement NextQuery(Database database) => new(database, "SELECT min(due) FROM aldis_schedule WHERE clock = ?1");

    /// <summary>How long until the next is due, or null where none waits.</summary>
    public static TimeSpan? Next(Statement query, long now, DateTimeOffset wall)
    {
        TimeSpan? next = null;
        foreach (var (clock, until) in Clocks(now, wall))
        {
            if (query.Bind(1, clock).Scalar() is { } due && TimeSpan.FromMilliseconds(Math.Max(0, due - until)) is var left && !(next <= left))
            {
                next = left;
            }
        }

        return next;
    }

    /// <summary>It is due again at another time, if it is not deleted before.</summary>
    public void Postpone(long row, long due) => _postpone.Bind(1, row).Bind(2, due).Run();

    public void Delete(long row) => _delete.Bind(1, row).Run();

    public bool Cancel(EventId id) => _cancel.Bind(1, id.ToBytes()).Run() == 1;

    /// <summary>The newest slot of a timetable that was taken.</summary>
    public DateTimeOffset Slot(string name, DateTimeOffset beginning)
    {
        _begin.Bind(1, name).Bind(2, beginning.UtcTicks).Run();
        return new DateTimeOffset(_slot.Bind(1, name).Scalar()!.Value, TimeSpan.Zero);
    }

    /// <summary>False where the timetable does not stand there any more.</summary>
    public bool TakeSlot(string name, DateTimeOffset from, DateTimeOffset to) => _take.Bind(1, name).Bind(2, from.UtcTicks).Bind(3, to.UtcTicks).Run() == 1;

    /// <summary>A page of what waits, the next one first, read beside the writer.</summary>
    public static List<DueEvent> Read(Database database, long now, DateTimeOffset wall, ref (long Left, long Row) after)
    {
        using var page = new Statement(database, $"""
            SELECT due - CASE clock WHEN {FileTime} THEN ?1 ELSE ?2 END AS left, row, topic, {EnvelopeRow.Columns} FROM aldis_schedule
            WHERE clock <> {Never} AND (left, row) > (?3, ?4) ORDER BY left, row LIMIT 100
            """);
        page.Bind(1, now).Bind(2, wall.ToUnixTimeMilliseconds()).Bind(3, after.Left).Bind(4, after.Row);
        var events = new List<DueEvent>();
        while (page.Read())
        {
            after = (page.Int64(0), page.Int64(1));
            var due = Math.Min(after.Left, (long)(DateTimeOffset.MaxValue - wall).TotalMilliseconds);
            if (TryRead(page, 2, out var envelope, out _))
            {
                events.Add(new DueEvent(envelope, wall.AddMilliseconds(due)));
            }
        }

        return events;
    }

    /// <summary>Reads an event, whose columns begin with its topic, unless it is not what was stored.</summary>
    private static bool TryRead(Statement row, int first, [NotNullWhen(true)] out Envelope? envelope, out string reason)
    {
        (envelope, reason) = (null, "");
        try
        {
            envelope = EnvelopeRow.Read(row, first + 1, TopicName.Parse(row.Text(first)));
            return true;
        }
        catch (AldisException error) when (error is not TransportException)
        {
            reason = (error as DamagedEventException ?? new DamagedEventException(error.Message)).Reason;
            return false;
        }
    }

    private static IEnumerable<(int Clock, long Until)> Clocks(long now, DateTimeOffset wall) => [(FileTime, now), (WallClock, wall.ToUnixTimeMilliseconds())];

    /// <summary>At most so many that the sum has a place: for ever.</summary>
    private static long Milliseconds(TimeSpan span, long now) => Math.Min((long)span.TotalMilliseconds, long.MaxValue / 2 - now);
}
