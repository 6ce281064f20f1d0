using System.Globalization;

namespace Aldis.PostgreSql;

/// <summary>The statements that the transport sends, for its schema.</summary>
internal sealed class Texts(Script script)
{
    private readonly string _s = script.Quoted;

    private readonly string _relay = (script.Locks + 3).ToString(CultureInfo.InvariantCulture);

    public string TopicOf => $"SELECT {_s}.topic_of($1)";

    public string Append => $"SELECT {_s}.append($1, {Numbered(2, 8)})";

    public string OpenGroup => $"SELECT {_s}.open_group($1, $2, $3)";

    public string ForgetGroup => $"SELECT {_s}.forget_group($1)";

    public string Take => $"SELECT outcome, first, last, parked::text, taken, next_due FROM {_s}.take($1, $2, $3, $4, $5)";

    public string ReadRange => $"SELECT number, {EnvelopeColumns.Names} FROM {_s}.event WHERE topic = $1 AND number BETWEEN $2 AND $3 ORDER BY number";

    public string ReadTaken => $"SELECT row, attempts, lost, {EnvelopeColumns.Names} FROM {_s}.delivery WHERE row = ANY ($1) AND token = $2 ORDER BY lost DESC, due, number";

    public string Settle => $"SELECT c_refused::text[], s_refused, again FROM {_s}.settle($1, $2, $3, $4::varbit[], {Numbered(5, 36)})";

    public string Release => $"SELECT {_s}.release($1, $2, $3, $4)";

    public string Register => $"INSERT INTO {_s}.worker (host, process, started, lease_until) VALUES ($1, $2, $3, {_s}.moment() + $4 * interval '1 millisecond') RETURNING id";

    public string Renew => $"UPDATE {_s}.worker SET lease_until = {_s}.moment() + $2 * interval '1 millisecond' WHERE id = $1 RETURNING id";

    public string Workers => $"SELECT id, host, process, started, lease_until < {_s}.moment() FROM {_s}.worker ORDER BY id";

    public string TakeOver => $"SELECT {_s}.take_over($1, $2)";

    public string Look => $"SELECT ready, next_due FROM {_s}.look($1)";

    public string GroupsToSweep => $"SELECT g.id FROM {_s}.grp g WHERE EXISTS (SELECT FROM {_s}.claim c WHERE c.grp = g.id AND c.last > g.floor)";

    public string SweepGroup => $"SELECT {_s}.sweep_group($1)";

    public string TopicsToSweep => $"""
        SELECT t.id FROM {_s}.topic t JOIN (SELECT topic, min(floor) AS floor FROM {_s}.grp GROUP BY topic HAVING bool_or(worker IS NULL)) g ON g.topic = t.id WHERE g.floor > t.last
        """;

    public string SweepTopic => $"SELECT {_s}.sweep_topic($1, $2)";

    public string ForgetInbox => $"DELETE FROM {_s}.inbox WHERE (grp, id) IN (SELECT grp, id FROM {_s}.inbox WHERE until <= {_s}.moment() LIMIT 1000)";

    public string InboxHas => $"SELECT EXISTS (SELECT FROM {_s}.inbox WHERE grp = $1 AND id = $2 AND until > {_s}.moment())";

    public string InboxRemember => $"""
        INSERT INTO {_s}.inbox AS known (grp, id, until) SELECT grp, id, max({_s}.moment() + keep * interval '1 millisecond') FROM unnest($1, $2, $3) AS u (grp, id, keep) GROUP BY grp, id
        ON CONFLICT (grp, id) DO UPDATE SET until = greatest(known.until, excluded.until)
        """;

    public string InboxEnter => $"""
        INSERT INTO {_s}.inbox AS known (grp, id, until) VALUES ($1, $2, {_s}.moment() + $3 * interval '1 millisecond')
        ON CONFLICT (grp, id) DO UPDATE SET until = excluded.until WHERE known.until <= {_s}.moment() RETURNING true
        """;

    public string Keep => $"SELECT {_s}.keep_until_due({Numbered(1, 11)})";

    public string KeepOne => $"""
        INSERT INTO {_s}.schedule (due, topic, {EnvelopeColumns.Names})
        VALUES (coalesce($1, {_s}.moment() + $2 * interval '1 millisecond'), $3, {Numbered(4, 8)}) ON CONFLICT DO NOTHING
        """;

    public string Fire => $"SELECT fired, (SELECT array_agg(name) FROM {_s}.topic WHERE id = ANY (topics)) FROM {_s}.fire($1)";

    public string NextDue => $"SELECT (extract(epoch FROM due - {_s}.moment()) * 1000)::float8 FROM {_s}.schedule ORDER BY due LIMIT 1";

    /// <summary>One at a time relays: that keeps the order. A process that is stopped while it relays is cut off by the server.</summary>
    public string BeginRelay => $"SELECT set_config('idle_in_transaction_session_timeout', '60s', true), pg_try_advisory_xact_lock({_relay}, 2)";

    public string Due => $"SELECT topic, {EnvelopeColumns.Names} FROM {_s}.schedule WHERE due <= {_s}.moment() ORDER BY due, row LIMIT $1 FOR UPDATE SKIP LOCKED";

    public string DeleteDue => $"DELETE FROM {_s}.schedule WHERE id = ANY ($1)";

    public string ListDue => $"""
        SELECT (extract(epoch FROM due - {_s}.moment()) * 1000)::float8, due, row, topic, {EnvelopeColumns.Names} FROM {_s}.schedule
        WHERE (due, row) > ($1, $2) ORDER BY due, row LIMIT 100
        """;

    public string Cancel => $"DELETE FROM {_s}.schedule WHERE id = $1 RETURNING true";

    public string Slot => $"""
        WITH new AS (INSERT INTO {_s}.timetable (name, slot) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING slot)
        SELECT slot FROM new UNION ALL SELECT slot FROM {_s}.timetable WHERE name = $1
        """;

    public string TakeSlot => $"UPDATE {_s}.timetable SET slot = $3 WHERE name = $1 AND slot = $2 RETURNING true";

    public string Dead => $"""
        SELECT d.row, d.died, t.name, g.name, d.attempts, d.reason, d.error, d.place, d.state = 4,
            CASE d.state WHEN 4 THEN {_s}.parked_behind(d.grp, d.key, d.number) ELSE 0 END, {EnvelopeColumns.NamesOf("d")}
        FROM {_s}.dead({Numbered(1, 11)}) d JOIN {_s}.grp g ON g.id = d.grp JOIN {_s}.topic t ON t.id = g.topic ORDER BY d.died, d.row
        """;

    public string Redrive => $"SELECT {_s}.redrive({Numbered(1, 8)})";

    public string Replace => $"SELECT {_s}.replace_dead({Numbered(1, 11)})";

    public string Discard => $"SELECT {_s}.discard({Numbered(1, 8)})";

    public string Adopt => $"SELECT {_s}.adopt({Numbered(1, 18)})";

    public string HeldKeys => $"SELECT {_s}.held_keys($1, $2, $3)";

    public string Backlog => $"SELECT depth, oldest FROM {_s}.backlog($1, $2)";

    /// <summary>The channel on which everybody tells which topics have something new.</summary>
    public string Channel { get; } = $"aldis:{script.Schema}"[..Math.Min(Identifier.MaxBytes, $"aldis:{script.Schema}".Length)];

    /// <summary>Without an fsync: a hint that is lost with the server is not missed.</summary>
    public string Notify { get; } = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

    private static string Numbered(int first, int count)
        => string.Join(", ", Enumerable.Range(first, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"${number}")));
}
