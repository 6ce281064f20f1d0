using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>Reads the events of a claim, beside the writer. A claim's events are not deleted before the claim ends.</summary>
internal sealed class RangeReader : IDisposable
{
    private readonly Database _database;
    private readonly GroupAddress _address;
    private readonly Statement _select;

    public RangeReader(Database database, GroupAddress address)
    {
        (_database, _address) = (database, address);
        _select = new Statement(database,
            $"SELECT position, {EnvelopeRow.Columns} FROM aldis_event WHERE position BETWEEN ?1 AND ?2 ORDER BY position");
    }

    /// <summary>Reads what is to be handed out, and tells what cannot be, because it is not what was stored.</summary>
    public int Read(RangeClaim claim, Span<Delivery> buffer, out IReadOnlyList<DamagedEvent> damaged)
    {
        var (first, last) = (EventTable.Position(_address.TopicId, claim.First), EventTable.Position(_address.TopicId, claim.Last));
        _select.Bind(1, first).Bind(2, last);
        var (count, expected, bad) = (0, claim.First, (List<DamagedEvent>?)null);
        while (_select.Read())
        {
            var number = EventTable.Number(_select.Int64(0));
            AddMissing(claim, expected, number, ref bad);
            expected = number + 1;
            if (SettledBits.Has(claim.Settled, number - claim.First))
            {
                continue;
            }

            try
            {
                buffer[count] = new Delivery(EnvelopeRow.Read(_select, 1, _address.Topic), 1, claim, number);
                count++;
            }
            catch (DamagedEventException error)
            {
                (bad ??= []).Add(new DamagedEvent(number, error.Reason));
            }
        }

        AddMissing(claim, expected, claim.Last + 1, ref bad);
        damaged = bad ?? [];
        return count;
    }

    public void Dispose()
    {
        _select.Dispose();
        _database.Dispose();
    }

    /// <summary>An event that is not there would keep its claim, and all that is published after it, in the file for ever.</summary>
    private static void AddMissing(RangeClaim claim, long from, long to, ref List<DamagedEvent>? damaged)
    {
        for (var number = from; number < to; number++)
        {
            if (!SettledBits.Has(claim.Settled, number - claim.First))
            {
                (damaged ??= []).Add(new DamagedEvent(number, new DamagedEventException($"Event {number} of its topic is not there.").Reason));
            }
        }
    }
}
