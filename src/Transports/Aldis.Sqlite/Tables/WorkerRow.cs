namespace Aldis.Sqlite;

/// <summary>A worker as others see it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Host">Where it runs.</param>
/// <param name="Process">Its process id.</param>
/// <param name="Started">When its process started.</param>
/// <param name="LeaseUntil">Until when its leases hold, in file time.</param>
internal sealed record WorkerRow(long Id, string Host, int Process, long Started, long LeaseUntil)
{
    public static List<WorkerRow> ReadAll(Database database)
    {
        using var query = new Statement(database, "SELECT id, host, process, started, lease_until FROM aldis_worker");
        var rows = new List<WorkerRow>();
        while (query.Read())
        {
            rows.Add(new WorkerRow(query.Int64(0), query.Text(1), (int)query.Int64(2), query.Int64(3), query.Int64(4)));
        }

        return rows;
    }
}
