using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Finds dead letters by a filter.</summary>
internal static class DeadLetterQuery
{
    /// <summary>The condition, with parameters 1 to 3.</summary>
    public const string Where = """
        state IN (2, 4)
        AND (?1 IS NULL OR grp IN (SELECT aldis_group.id FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic WHERE aldis_topic.name = ?1))
        AND (?2 IS NULL OR grp IN (SELECT id FROM aldis_group WHERE name = ?2))
        AND (?3 IS NULL OR id = ?3)
        """;

    private const string Page = $"""
        SELECT row, (SELECT name FROM aldis_group WHERE id = grp), (SELECT aldis_topic.name FROM aldis_topic JOIN aldis_group ON topic = aldis_topic.id
            WHERE aldis_group.id = grp), attempts, reason, error, due, {EnvelopeRow.Columns}
        FROM aldis_delivery WHERE {Where} AND (due, row) > (?4, ?5) ORDER BY due, row LIMIT 100
        """;

    public static void Bind(Statement statement, DeadLetterFilter filter)
    {
        statement.Bind(1, filter.Topic).Bind(2, filter.Group);
        if (filter.Id is { } id)
        {
            statement.Bind(3, id.ToBytes());
        }
        else
        {
            statement.BindNull(3);
        }
    }

    /// <summary>Reads a page of dead letters behind a place, and tells the place of the last one read.</summary>
    public static List<DeadLetter> Read(Database database, DeadLetterFilter filter, ref (long Died, long Row) after)
    {
        using var page = new Statement(database, Page);
        Bind(page, filter);
        page.Bind(4, after.Died).Bind(5, after.Row);
        var letters = new List<DeadLetter>();
        while (page.Read())
        {
            after = (page.Int64(6), page.Int64(0));
            letters.Add(new DeadLetter(
                EnvelopeRow.Read(page, 7, TopicName.Parse(page.Text(2))), GroupName.Parse(page.Text(1)), (int)page.Int64(3),
                page.TextOrNull(4) ?? "", page.TextOrNull(5), new DateTimeOffset(page.Int64(6), TimeSpan.Zero)));
        }

        return letters;
    }
}
