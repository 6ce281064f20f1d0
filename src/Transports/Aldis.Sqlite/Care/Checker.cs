using Aldis.Errors;
using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Looks for damage, of the file and of what Aldis keeps in it.</summary>
internal static class Checker
{
    private const int Most = 100;

    private static readonly TopicName _anyTopic = TopicName.Parse("any");

    /// <summary>What must never be found, and how to say it where it is: each query gives one text for each fault.</summary>
    private static readonly string[] _queries =
    [
        "SELECT 'Group ' || name || ' belongs to a topic that is not there.' FROM aldis_group WHERE topic NOT IN (SELECT id FROM aldis_topic)",
        """
        SELECT 'Group ' || aldis_group.name || ' of ' || aldis_topic.name || ' stands at ' || cursor || ' of ' || last || '.'
        FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic WHERE cursor NOT BETWEEN 0 AND last
        """,
        """
        SELECT (last - cursor - found) || ' events are missing that group ' || grp || ' of ' || topic || ' has still to be handed.' FROM (
            SELECT aldis_group.name AS grp, aldis_topic.name AS topic, cursor, last,
                (SELECT count(*) FROM aldis_event WHERE position > aldis_topic.id << 40 | cursor AND position <= aldis_topic.id << 40 | last) AS found
            FROM aldis_group JOIN aldis_topic ON aldis_topic.id = topic) WHERE found <> last - cursor
        """,
        "SELECT 'Claim ' || token || ' belongs to a group that is not there.' FROM aldis_claim WHERE grp NOT IN (SELECT id FROM aldis_group)",
        "SELECT 'Claim ' || token || ' is held by a worker that is not there.' FROM aldis_claim WHERE worker NOT IN (SELECT id FROM aldis_worker)",
        """
        SELECT 'Claim ' || token || ' reaches from ' || first || ' to ' || aldis_claim.last || ', which it cannot.' FROM aldis_claim JOIN aldis_group ON aldis_group.id = grp
        WHERE first < 1 OR aldis_claim.last < first OR aldis_claim.last > cursor OR length(settled) <> (aldis_claim.last - first + 8) / 8
        """,
        """
        SELECT 'Claims ' || one.token || ' and ' || other.token || ' hold the same events.' FROM aldis_claim AS one JOIN aldis_claim AS other
        ON other.grp = one.grp AND other.token > one.token AND other.first <= one.last AND other.last >= one.first
        """,
        "SELECT 'Delivery ' || row || ' belongs to a group that is not there.' FROM aldis_delivery WHERE grp NOT IN (SELECT id FROM aldis_group)",
        "SELECT 'Delivery ' || row || ' has the state ' || state || ', which is none.' FROM aldis_delivery WHERE state NOT BETWEEN 0 AND 4",
        """
        SELECT 'Delivery ' || row || ' is held by a worker that is not there.' FROM aldis_delivery
        WHERE state = 1 AND (worker IS NULL OR worker NOT IN (SELECT id FROM aldis_worker))
        """,
        """
        SELECT 'Delivery ' || row || ' waits for its key, and nothing of that key is before it.' FROM aldis_delivery AS parked WHERE state = 3 AND NOT EXISTS (
            SELECT 1 FROM aldis_delivery AS before WHERE before.grp = parked.grp AND before.key = parked.key AND before.state <> 2 AND before.number < parked.number)
        """,
    ];

    public static SqliteCheck Run(Database database)
    {
        var faults = new List<string>();
        try
        {
            database.Execute("BEGIN");
            faults.AddRange(Texts(database, $"PRAGMA integrity_check({Most})").Where(text => text != "ok"));
            foreach (var query in _queries)
            {
                faults.AddRange(Texts(database, $"{query} LIMIT {Most}"));
            }

            faults.AddRange(Damaged(database, "The event at", "SELECT position, ", "FROM aldis_event ORDER BY position"));
            faults.AddRange(Damaged(database, "Delivery", "SELECT row, ", "FROM aldis_delivery ORDER BY row"));
            faults.AddRange(Damaged(database, "The scheduled event", "SELECT row, ", "FROM aldis_schedule ORDER BY row"));
        }
        catch (TransportException error)
        {
            // What is damaged so that it cannot be looked at any further is damaged.
            faults.Add(error.Fault.Why ?? error.Message);
        }

        return new SqliteCheck(faults);
    }

    private static List<string> Texts(Database database, string sql)
    {
        using var query = new Statement(database, sql);
        var texts = new List<string>();
        while (query.Read())
        {
            texts.Add(query.Text(0));
        }

        return texts;
    }

    /// <summary>The events that are not what was stored. Their topic plays no part in that.</summary>
    private static List<string> Damaged(Database database, string what, string select, string from)
    {
        using var query = new Statement(database, $"{select}{EnvelopeRow.Columns} {from}");
        var texts = new List<string>();
        while (texts.Count < Most && query.Read())
        {
            try
            {
                EnvelopeRow.Read(query, 1, _anyTopic);
            }
            catch (DamagedEventException error)
            {
                texts.Add($"{what} {query.Int64(0)} is not what was stored. {error.Fault.Why}");
            }
        }

        return texts;
    }
}
