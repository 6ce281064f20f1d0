namespace Aldis.Sqlite;

/// <summary>Counts what is in the file.</summary>
internal static class StatisticsQuery
{
    private const string Topics = """
        SELECT id, name, last, (SELECT count(*) FROM aldis_event WHERE position > id << 40 AND position < (id + 1) << 40) FROM aldis_topic ORDER BY name
        """;

    private const string Groups = """
        SELECT aldis_group.id, name, aldis_group.worker IS NOT NULL, ?2 - cursor,
            count(state) FILTER (WHERE state = 1), count(state) FILTER (WHERE state = 0), count(state) FILTER (WHERE state = 3), count(state) FILTER (WHERE state IN (2, 4))
        FROM aldis_group LEFT JOIN aldis_delivery ON grp = aldis_group.id WHERE topic = ?1 GROUP BY aldis_group.id ORDER BY name
        """;

    private const string Claims = "SELECT last - first + 1, settled FROM aldis_claim WHERE grp = ?1";

    /// <summary>Reads in one transaction, which is left open: the database is disposed by its owner.</summary>
    public static SqliteStatistics Read(Database database, string path)
    {
        database.Execute("BEGIN");
        var page = database.Scalar("PRAGMA page_size")!.Value;
        return new SqliteStatistics(
            (int)database.Scalar("SELECT version FROM aldis_schema")!.Value,
            page * database.Scalar("PRAGMA page_count")!.Value,
            new FileInfo(path + "-wal") is { Exists: true } log ? log.Length : 0,
            page * database.Scalar("PRAGMA freelist_count")!.Value,
            (int)database.Scalar("SELECT count(*) FROM aldis_worker")!.Value,
            database.Scalar("SELECT count(*) FROM aldis_schedule")!.Value,
            database.Scalar("SELECT count(*) FROM aldis_inbox")!.Value,
            ReadTopics(database));
    }

    private static List<SqliteTopicStatistics> ReadTopics(Database database)
    {
        using var query = new Statement(database, Topics);
        var topics = new List<SqliteTopicStatistics>();
        while (query.Read())
        {
            topics.Add(new SqliteTopicStatistics(query.Text(1), query.Int64(2), query.Int64(3), ReadGroups(database, query.Int64(0), query.Int64(2))));
        }

        return topics;
    }

    private static List<SqliteGroupStatistics> ReadGroups(Database database, long topic, long last)
    {
        using var query = new Statement(database, Groups);
        using var claims = new Statement(database, Claims);
        query.Bind(1, topic).Bind(2, last);
        var groups = new List<SqliteGroupStatistics>();
        while (query.Read())
        {
            var held = query.Int64(4);
            claims.Bind(1, query.Int64(0));
            while (claims.Read())
            {
                held += claims.Int64(0) - SettledBits.Count(claims.Bytes(1));
            }

            groups.Add(new SqliteGroupStatistics(
                query.Text(1), query.Int64(2) != 0, query.Int64(3), held, query.Int64(5), query.Int64(6), query.Int64(7)));
        }

        return groups;
    }
}
