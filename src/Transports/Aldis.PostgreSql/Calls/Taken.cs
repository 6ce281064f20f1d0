using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>What a receiver was given when it asked for something to do.</summary>
/// <param name="Outcome">Whether there is anything.</param>
/// <param name="Token">The fencing token of all of it.</param>
/// <param name="Range">The range, or null.</param>
/// <param name="Parked">Which events of the range are not handed out: a bit for each, as a text of 0 and 1.</param>
/// <param name="Rows">Events that are leased one by one.</param>
/// <param name="NextDue">Where nothing is there: how long until something is due, or null where nothing waits.</param>
internal sealed record Taken(Outcome Outcome, long Token, RangeLease? Range, string Parked, long[] Rows, TimeSpan? NextDue)
{
    public static Taken Read(NpgsqlDataReader row, long token)
    {
        var outcome = (Outcome)row.GetInt32(0);
        if (outcome != Outcome.Something)
        {
            return new Taken(outcome, token, null, "", [], row.IsDBNull(5) ? null : TimeSpan.FromMilliseconds(Math.Max(1, Math.Min(row.GetDouble(5), int.MaxValue))));
        }

        var range = row.IsDBNull(3) ? null : new RangeLease(token, row.GetInt64(1), row.GetInt64(2));
        return new Taken(outcome, token, range, range is null ? "" : row.GetString(3), row.GetFieldValue<long[]>(4), null);
    }

    /// <summary>Whether an event of the range is handed out.</summary>
    public bool Has(long number) => Parked[(int)(number - Range!.First)] == '0';
}

/// <summary>How asking for something to do ends, as the database says it.</summary>
internal enum Outcome
{
    Nothing = 0,
    Something = 1,
    WorkerLost = 2,
    GroupLost = 3,
}
