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

    public int Read(RangeClaim claim, Span<Delivery> buffer)
    {
        var (first, last) = (EventTable.Position(_address.TopicId, claim.First), EventTable.Position(_address.TopicId, claim.Last));
        _select.Bind(1, first).Bind(2, last);
        var count = 0;
        while (_select.Read())
        {
            var number = EventTable.Number(_select.Int64(0));
            if (!SettledBits.Has(claim.Settled, number - claim.First))
            {
                buffer[count++] = new Delivery(EnvelopeRow.Read(_select, 1, _address.Topic), 1, claim, number);
            }
        }

        return count;
    }

    public void Dispose()
    {
        _select.Dispose();
        _database.Dispose();
    }
}
