using System.Globalization;

namespace Aldis.PostgreSql;

/// <summary>The statements that the transport sends, for its schema.</summary>
internal sealed class Texts(Script script)
{
    public string TopicOf { get; } = $"SELECT {script.Quoted}.topic_of($1)";

    public string Append { get; } = $"SELECT {script.Quoted}.append($1, {Numbered(2, 8)})";

    public string OpenGroup { get; } = $"SELECT {script.Quoted}.open_group($1, $2, $3)";

    public string ForgetGroup { get; } = $"SELECT {script.Quoted}.forget_group($1)";

    public string Take { get; } = $"SELECT outcome, first, last, parked::text, taken, next_due FROM {script.Quoted}.take($1, $2, $3, $4, $5)";

    public string ReadRange { get; } = $"SELECT number, {EnvelopeColumns.Names} FROM {script.Quoted}.event WHERE topic = $1 AND number BETWEEN $2 AND $3 ORDER BY number";

    public string ReadTaken { get; } = $"SELECT row, attempts, lost, {EnvelopeColumns.Names} FROM {script.Quoted}.delivery WHERE row = ANY ($1) AND token = $2 ORDER BY lost DESC, due, number";

    public string Settle { get; } = $"SELECT c_refused::text[], s_refused, again FROM {script.Quoted}.settle($1, $2, $3, $4::varbit[], {Numbered(5, 36)})";

    public string Release { get; } = $"SELECT {script.Quoted}.release($1, $2, $3, $4)";

    public string Register { get; } = $"INSERT INTO {script.Quoted}.worker (host, process, started, lease_until) VALUES ($1, $2, $3, {script.Quoted}.moment() + $4 * interval '1 millisecond') RETURNING id";

    public string Renew { get; } = $"UPDATE {script.Quoted}.worker SET lease_until = {script.Quoted}.moment() + $2 * interval '1 millisecond' WHERE id = $1 RETURNING id";

    public string Workers { get; } = $"SELECT id, host, process, started, lease_until < {script.Quoted}.moment() FROM {script.Quoted}.worker ORDER BY id";

    public string TakeOver { get; } = $"SELECT {script.Quoted}.take_over($1, $2)";

    public string Look { get; } = $"SELECT ready, next_due FROM {script.Quoted}.look($1)";

    public string GroupsToSweep { get; } = $"SELECT g.id FROM {script.Quoted}.grp g WHERE EXISTS (SELECT FROM {script.Quoted}.claim c WHERE c.grp = g.id AND c.last > g.floor)";

    public string SweepGroup { get; } = $"SELECT {script.Quoted}.sweep_group($1)";

    public string TopicsToSweep { get; } = $"""
        SELECT t.id FROM {script.Quoted}.topic t JOIN (SELECT topic, min(floor) AS floor FROM {script.Quoted}.grp GROUP BY topic HAVING bool_or(worker IS NULL)) g ON g.topic = t.id WHERE g.floor > t.last
        """;

    public string SweepTopic { get; } = $"SELECT {script.Quoted}.sweep_topic($1, $2)";

    public string Vacuum { get; } = $"VACUUM (SKIP_LOCKED) {script.Quoted}.event, {script.Quoted}.claim, {script.Quoted}.delivery, {script.Quoted}.schedule";

    public string ForgetInbox { get; } = $"DELETE FROM {script.Quoted}.inbox WHERE (grp, id) IN (SELECT grp, id FROM {script.Quoted}.inbox WHERE until <= (SELECT {script.Quoted}.moment()) LIMIT 1000 FOR UPDATE SKIP LOCKED)";

    public string InboxHas { get; } = $"SELECT EXISTS (SELECT FROM {script.Quoted}.inbox WHERE grp = $1 AND id = $2 AND until > {script.Quoted}.moment())";

    public string InboxRemember { get; } = $"""
        INSERT INTO {script.Quoted}.inbox AS known (grp, id, until) SELECT grp, id, max({script.Quoted}.moment() + keep * interval '1 millisecond') FROM unnest($1, $2, $3) AS u (grp, id, keep) GROUP BY grp, id
        ON CONFLICT (grp, id) DO UPDATE SET until = greatest(known.until, excluded.until)
        """;

    public string InboxEnter { get; } = $"""
        INSERT INTO {script.Quoted}.inbox AS known (grp, id, until) VALUES ($1, $2, {script.Quoted}.moment() + $3 * interval '1 millisecond')
        ON CONFLICT (grp, id) DO UPDATE SET until = excluded.until WHERE known.until <= {script.Quoted}.moment() RETURNING true
        """;

    public string Keep { get; } = $"SELECT {script.Quoted}.keep_until_due({Numbered(1, 11)})";

    public string SchemaId { get; } = $"SELECT id FROM {script.Quoted}.schema";

    public string KeepOne { get; } = $"""
        INSERT INTO {script.Quoted}.schedule (due, topic, {EnvelopeColumns.Names})
        VALUES (coalesce($1, {script.Quoted}.moment() + $2 * interval '1 millisecond'), $3, {Numbered(4, 8)}) ON CONFLICT DO NOTHING
        """;

    public string Fire { get; } = $"SELECT fired, (SELECT array_agg(name) FROM {script.Quoted}.topic WHERE id = ANY (topics)) FROM {script.Quoted}.fire($1)";

    public string NextDue { get; } = $"SELECT (extract(epoch FROM due - {script.Quoted}.moment()) * 1000)::float8 FROM {script.Quoted}.schedule ORDER BY due LIMIT 1";

    /// <summary>One at a time relays: that keeps the order. A process that is stopped while it relays is cut off by the server.</summary>
    public string BeginRelay { get; } = $"SELECT set_config('idle_in_transaction_session_timeout', '60s', true), pg_try_advisory_xact_lock({script.Locks + 3}, 2)";

    public string Due { get; } = $"""
        SELECT topic, {EnvelopeColumns.Names} FROM {script.Quoted}.schedule
        WHERE due <= (SELECT {script.Quoted}.moment()) AND (topic, coalesce(key, id::text)) NOT IN (SELECT * FROM unnest($2, $3)) ORDER BY due, row LIMIT $1 FOR UPDATE SKIP LOCKED
        """;

    public string DeleteDue { get; } = $"DELETE FROM {script.Quoted}.schedule WHERE id = ANY ($1)";

    public string ListDue { get; } = $"""
        SELECT (extract(epoch FROM due - {script.Quoted}.moment()) * 1000)::float8, due, row, topic, {EnvelopeColumns.Names} FROM {script.Quoted}.schedule
        WHERE (due, row) > ($1, $2) ORDER BY due, row LIMIT 100
        """;

    public string Cancel { get; } = $"DELETE FROM {script.Quoted}.schedule WHERE id = $1 RETURNING true";

    public string Slot { get; } = $"""
        WITH new AS (INSERT INTO {script.Quoted}.timetable (name, slot) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING slot)
        SELECT slot FROM new UNION ALL SELECT slot FROM {script.Quoted}.timetable WHERE name = $1
        """;

    /// <summary>Takes a slot and keeps its event in one statement, so that nobody who is stopped in between has the timetable locked.</summary>
    public string TakeSlotFor { get; } = $"""
        WITH took AS (UPDATE {script.Quoted}.timetable SET slot = $3 WHERE name = $1 AND slot = $2 RETURNING true AS is_taken),
            kept AS (INSERT INTO {script.Quoted}.schedule (due, topic, {EnvelopeColumns.Names})
                SELECT coalesce($4, {script.Quoted}.moment() + $5 * interval '1 millisecond'), $6, {Numbered(7, 8)} FROM took ON CONFLICT DO NOTHING)
        SELECT is_taken FROM took
        """;

    public string TakeSlot { get; } = $"UPDATE {script.Quoted}.timetable SET slot = $3 WHERE name = $1 AND slot = $2 RETURNING true";

    public string Dead { get; } = $"""
        SELECT d.row, d.died, t.name, g.name, d.attempts, d.reason, d.error, d.place, d.state = 4,
            CASE d.state WHEN 4 THEN {script.Quoted}.parked_behind(d.grp, d.key, d.number) ELSE 0 END, {EnvelopeColumns.NamesOf("d")}
        FROM {script.Quoted}.dead({Numbered(1, 11)}) d JOIN {script.Quoted}.grp g ON g.id = d.grp JOIN {script.Quoted}.topic t ON t.id = g.topic ORDER BY d.died, d.row
        """;

    public string Redrive { get; } = $"SELECT {script.Quoted}.redrive({Numbered(1, 8)})";

    public string Replace { get; } = $"SELECT {script.Quoted}.replace_dead({Numbered(1, 11)})";

    public string Discard { get; } = $"SELECT {script.Quoted}.discard({Numbered(1, 8)})";

    public string Adopt { get; } = $"SELECT {script.Quoted}.adopt({Numbered(1, 18)})";

    public string HeldKeys { get; } = $"SELECT {script.Quoted}.held_keys($1, $2, $3)";

    public string Backlog { get; } = $"SELECT depth, oldest FROM {script.Quoted}.backlog($1, $2)";

    /// <summary>The channel on which everybody tells which topics have something new.</summary>
    public string Channel { get; } = $"aldis:{script.Schema}"[..Math.Min(Identifier.MaxBytes, $"aldis:{script.Schema}".Length)];

    /// <summary>Without an fsync: a hint that is lost with the server is not missed.</summary>
    public string Notify { get; } = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";

    private static string Numbered(int first, int count)
        => string.Join(", ", Enumerable.Range(first, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"${number}")));
}
