using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>The rows of <c>aldis_delivery</c> that are dead, found by a filter.</summary>
internal sealed class DeadLetterTable(Database database, KeyTable keys)
{
    /// <summary>Hands dead letters back: attempts count from 1 again.</summary>
    public int Redrive(DeadLetterFilter filter, long now)
    {
        using var redrive = new Statement(database,
            $"UPDATE aldis_delivery SET state = 0, attempts = 0, lost = 0, reason = NULL, due = ?9 WHERE {DeadLetterQuery.Where(filter)}");
        DeadLetterQuery.Bind(redrive, filter);
        return redrive.Bind(9, now).Run();
    }

    /// <summary>Hands back another event in the place of a dead one.</summary>
    /// <returns>False where the dead one is not there.</returns>
    public bool Replace(DeadLetterFilter one, Envelope copy, long now)
    {
        using var replace = new Statement(database, $"""
            UPDATE aldis_delivery SET state = 0, attempts = 0, lost = 0, reason = NULL, error = NULL, due = ?9, ({EnvelopeRow.Columns}) = (?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            WHERE row = (SELECT row FROM aldis_delivery WHERE {DeadLetterQuery.Where(one)} LIMIT 1)
            """);
        DeadLetterQuery.Bind(replace, one);
        return EnvelopeRow.Bind(replace.Bind(9, now), 10, copy).Run() == 1;
    }

    /// <summary>Deletes dead letters; what waits behind them comes.</summary>
    public int Discard(DeadLetterFilter filter, long now)
    {
        using var delete = new Statement(database, $"DELETE FROM aldis_delivery WHERE {DeadLetterQuery.Where(filter)} RETURNING grp, key, state");
        DeadLetterQuery.Bind(delete, filter);
        var (count, freed) = (0, new List<(long Group, string? Key)>());
        for (; delete.Read(); count++)
        {
            if (delete.Int64(2) == DeliveryState.DeadHoldingKey)
            {
                freed.Add((delete.Int64(0), delete.TextOrNull(1)));
            }
        }

        foreach (var (group, key) in freed)
        {
            keys.Pass(group, key, now);
        }

        return count;
    }
}
