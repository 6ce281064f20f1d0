using System.Buffers;
using System.Text.Json;
using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Finds dead letters by a filter.</summary>
internal static class DeadLetterQuery
{
    /// <summary>The conditions beside that on the id, with parameters 1 to 8 without 3.</summary>
    private const string Others = """
        AND (?1 IS NULL OR grp IN (SELECT aldis_group.id FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic WHERE aldis_topic.name = ?1))
        AND (?2 IS NULL OR grp IN (SELECT id FROM aldis_group WHERE name = ?2))
        AND (?4 IS NULL OR key = ?4)
        AND (?5 IS NULL OR type = ?5 OR (type IS NULL
            AND grp IN (SELECT aldis_group.id FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic WHERE aldis_topic.name = ?5)))
        AND (?6 IS NULL OR due >= ?6)
        AND (?7 IS NULL OR due < ?7)
        AND (?8 IS NULL OR instr(reason, ?8) > 0)
        """;

    /// <summary>Those that wait behind one are counted from the index; what no claim has come to yet is counted apart.</summary>
    private const string Columns = $"""
        SELECT row, (SELECT name FROM aldis_group WHERE id = grp), (SELECT aldis_topic.name FROM aldis_topic JOIN aldis_group ON topic = aldis_topic.id
            WHERE aldis_group.id = grp), attempts, reason, error, due, place, state = 4, grp,
            CASE state WHEN 4 THEN (SELECT count(*) FROM aldis_delivery AS later WHERE later.grp = letter.grp AND later.key = letter.key
                AND later.state <> 2 AND later.state IN (0, 3) AND later.number > letter.number) ELSE 0 END, {EnvelopeRow.Columns}
        FROM aldis_delivery AS letter
        """;

    private const string Ahead = """
        SELECT key, count(*) FROM aldis_event
        WHERE position > (SELECT topic << 40 | cursor FROM aldis_group WHERE id = ?1) AND position < (SELECT (topic + 1) << 40 FROM aldis_group WHERE id = ?1)
            AND key IN (SELECT value FROM json_each(?2))
        GROUP BY key
        """;

    /// <summary>The condition, with parameters 1 to 8. One by the id has the index of the ids, as no condition that may be none has.</summary>
    public static string Where(DeadLetterFilter filter) => $"state IN (2, 4) {(filter.Id is null ? "" : "AND id = ?3 ")}{Others}";

    public static void Bind(Statement statement, DeadLetterFilter filter)
    {
        statement.Bind(1, filter.Topic).Bind(2, filter.Group);
        if (filter.Id is { } id)
        {
            statement.Bind(3, id.ToBytes());
        }

        statement.Bind(4, filter.Key).Bind(5, filter.Type);
        BindTime(statement, 6, filter.DiedSince);
        BindTime(statement, 7, filter.DiedBefore);
        statement.Bind(8, filter.ReasonContains);
    }

    /// <summary>Reads a page of dead letters behind a place, and tells the place of the last one read. All of a page is of one moment.</summary>
    public static List<DeadLetter> Read(Database database, DeadLetterFilter filter, ref (long Died, long Row) after)
    {
        database.Execute("BEGIN");
        try
        {
            var page = ReadPage(database, filter, ref after);
            foreach (var group in page.Where(one => one.Letter.HoldsKey).GroupBy(one => one.Group).ToArray())
            {
                var ahead = CountAhead(database, group.Key, group.Select(one => one.Letter.Envelope.Key!).Distinct());
                page = page.ConvertAll(one => one.Group == group.Key && one.Letter.HoldsKey
                    ? one with { Letter = one.Letter with { Parked = one.Letter.Parked + ahead.GetValueOrDefault(one.Letter.Envelope.Key!) } }
                    : one);
            }

            return page.ConvertAll(one => one.Letter);
        }
        finally
        {
            database.Execute("ROLLBACK");
        }
    }

    private static List<(DeadLetter Letter, long Group)> ReadPage(Database database, DeadLetterFilter filter, ref (long Died, long Row) after)
    {
        using var page = new Statement(database, $"{Columns} WHERE {Where(filter)} AND (due, row) > (?9, ?10) ORDER BY due, row LIMIT 100");
        Bind(page, filter);
        page.Bind(9, after.Died).Bind(10, after.Row);
        var letters = new List<(DeadLetter, long)>();
        while (page.Read())
        {
            after = (page.Int64(6), page.Int64(0));
            var letter = new DeadLetter(
                EnvelopeRow.ReadDamaged(page, 11, TopicName.Parse(page.Text(2))), GroupName.Parse(page.Text(1)), (int)page.Int64(3),
                page.TextOrNull(4) ?? "", page.TextOrNull(5), new DateTimeOffset(page.Int64(6), TimeSpan.Zero))
            {
                Where = page.TextOrNull(7) ?? "", HoldsKey = page.Int64(8) != 0, Parked = page.Int64(10),
            };
            letters.Add((letter, page.Int64(9)));
        }

        return letters;
    }

    /// <summary>How many events of some keys no receiver of the group has asked for yet.</summary>
    private static Dictionary<string, long> CountAhead(Database database, long group, IEnumerable<string> keys)
    {
        using var query = new Statement(database, Ahead);
        query.Bind(1, group).Bind(2, Json(keys));
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        while (query.Read())
        {
            counts.Add(query.Text(0), query.Int64(1));
        }

        return counts;
    }

    private static string Json(IEnumerable<string> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var key in keys)
            {
                json.WriteStringValue(key);
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void BindTime(Statement statement, int index, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            statement.Bind(index, moment.UtcTicks);
        }
        else
        {
            statement.BindNull(index);
        }
    }
}
