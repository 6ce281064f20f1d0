using System.Text;

namespace Aldis.PostgreSql.Rows;

/// <summary>
/// The statements that put into the database what a plan says, or take it away: each does nothing where nothing is left to do, and none touches what is not marked
/// as made by Aldis. Names are quoted, texts are literals.
/// </summary>
internal sealed class RowScript(RowPlan plan)
{
    /// <summary>SQLSTATE of what Aldis finds in its place and did not make.</summary>
    public const string ForeignState = "AL002";

    /// <summary>SQLSTATE of a table that is partitioned, where the server's log is to tell of it.</summary>
    public const string PartitionedState = "AL003";

    private readonly string _table = Sql.Keep(plan.Table.Quoted);
    private readonly string _relation = Sql.Literal(plan.Table.Quoted);
    private readonly string _schema = Sql.Keep(plan.Schema);
    private readonly string _schemaText = Sql.Literal(plan.Schema);

    /// <summary>One after the other, each a transaction: a slot cannot be made in a transaction that writes.</summary>
    public IReadOnlyList<string> Apply => Finish(plan.IsReplicated ? [Main(), Slot()] : [Main()]);

    /// <inheritdoc cref="Apply"/>
    public IReadOnlyList<string> Remove => Finish(plan.IsReplicated ? [Removal(), NoSlot()] : [Removal()]);

    /// <summary>Why logical replication cannot tell of a table that is partitioned.</summary>
    public static string PartitionedMessage(TableName table) => $"The table {table} is partitioned, and logical replication does not tell of it.";

    private static string[] Finish(string[] statements) => Array.ConvertAll(statements, Sql.Finish);

    private string Main()
    {
        var body = $$"""
            BEGIN
                PERFORM pg_advisory_xact_lock(hashtextextended({{Sql.Literal(RowPlan.Mark)}}, 0)), set_config('client_min_messages', 'warning', true);

                -- What all tables share: a schema of its own, the changes that are not published yet, and who writes them down.
                IF to_regnamespace({{_schemaText}}) IS NULL THEN
            {{Indent(SharedScript.Create(_schema), 8)}}
                ELSIF obj_description(to_regnamespace({{_schemaText}}), 'pg_namespace') IS DISTINCT FROM {{Sql.Literal(RowPlan.Mark)}} THEN
                    {{Foreign($"The schema {_schema} was not made by this version of Aldis.")}}
                END IF;

            {{Indent(OwnSection(), 4)}}
            END
            """;
        return $"-- {RowPlan.Mark}: {OneLine(plan.Table.ToString())}, topic {OneLine(plan.Topic)}, kept in {OneLine(plan.KeptIn)}\n{Block(body, "installed text; identity_before text;")}";
    }

    /// <summary>What belongs to this table alone. Its mark tells every word of it, so that a changed rule is found.</summary>
    private string OwnSection()
    {
        var section = new StringBuilder();
        section.Append(Triggers("\u0001"));
        section.Append(plan.IsReplicated ? Replicated() : "");
        section.Append($"""

            INSERT INTO {_schema}.tables AS known (name, topic, identity) VALUES ({_relation}, {Sql.Literal(plan.Topic)}, identity_before)
                ON CONFLICT (name) DO UPDATE SET topic = excluded.topic, identity = coalesce(known.identity, excluded.identity)
                WHERE (known.topic, known.identity) IS DISTINCT FROM (excluded.topic, coalesce(known.identity, excluded.identity));
            """);
        var text = section.ToString();
        return text.Replace("\u0001", $"{RowPlan.Mark} {RowPlan.Digest(text)}", StringComparison.Ordinal);
    }

    private string Triggers(string mark)
    {
        var expected = new List<string>();
        var create = new StringBuilder();
        if (plan.HasAfter)
        {
            expected.Add(plan.AfterTrigger);
            var arguments = string.Join(", ", plan.Key.Prepend(plan.Topic).Select(Identifier.Literal));
            create.Append($"\n{Trigger(plan.AfterTrigger, "AFTER", plan.Published, $"{_schema}.note({arguments})", mark)}");
        }

        if (plan.Before != RowKinds.None)
        {
            expected.Add(plan.BeforeTrigger);
            var function = $"{_schema}.{Sql.Quote(plan.CheckFunction)}()";
            create.Append($"\n{new CheckScript(plan).Create(function)}\nCOMMENT ON FUNCTION {function} IS '{mark}';");
            create.Append($"\n{Trigger(plan.BeforeTrigger, "BEFORE", plan.Before, function, mark)}");
        }

        return $"""
            -- The triggers of the table. They are made anew when anything of what was declared has changed.
            SELECT coalesce(string_agg(tgname, ' ' ORDER BY tgname), '') INTO installed FROM pg_trigger
                WHERE tgrelid = {_relation}::regclass AND {Ours()} AND obj_description(oid, 'pg_trigger') = '{mark}';
            IF installed <> {Sql.Literal(string.Join(' ', expected.Order(StringComparer.Ordinal)))} OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {_relation}::regclass AND {Ours()} AND obj_description(oid, 'pg_trigger') IS DISTINCT FROM '{mark}') THEN
                IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {_relation}::regclass AND {Ours()} AND coalesce(obj_description(oid, 'pg_trigger'), '') NOT LIKE '{RowPlan.Mark} %') THEN
                    {Foreign($"A trigger of {_table} has the name of one of Aldis and was not made by it.")}
                END IF;
                DROP TRIGGER IF EXISTS {Sql.Quote(plan.AfterTrigger)} ON {_table};
                DROP TRIGGER IF EXISTS {Sql.Quote(plan.BeforeTrigger)} ON {_table};
                DROP FUNCTION IF EXISTS {_schema}.{Sql.Quote(plan.CheckFunction)}();
            {Indent(create.ToString().TrimStart('\n'), 4)}
            END IF;
            """;
    }

    private string Trigger(string name, string when, RowKinds kinds, string call, string mark) => $"""
        CREATE TRIGGER {Sql.Quote(name)} {when} {Statements(kinds)} ON {_table} FOR EACH ROW EXECUTE FUNCTION {call};
        COMMENT ON TRIGGER {Sql.Quote(name)} ON {_table} IS '{mark}';
        """;

    private string Replicated() => $"""


        -- The server tells what it writes into its log of this table, with the old row.
        IF (SELECT relkind FROM pg_class WHERE oid = {_relation}::regclass) = 'p' THEN
            {Raise(PartitionedState, PartitionedMessage(plan.Table))}
        END IF;
        IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = {Sql.Literal(plan.Publication)}) THEN
            CREATE PUBLICATION {Sql.Quote(plan.Publication)} WITH (publish = 'insert, update, delete');
            COMMENT ON PUBLICATION {Sql.Quote(plan.Publication)} IS '{RowPlan.Mark}';
        END IF;
        IF (SELECT obj_description(oid, 'pg_publication') FROM pg_publication WHERE pubname = {Sql.Literal(plan.Publication)}) IS DISTINCT FROM '{RowPlan.Mark}' THEN
            {Foreign($"The publication {Sql.Quote(plan.Publication)} was not made by Aldis.")}
        END IF;
        IF NOT EXISTS (SELECT FROM pg_publication_rel WHERE prrelid = {_relation}::regclass AND prpubid = (SELECT oid FROM pg_publication WHERE pubname = {Sql.Literal(plan.Publication)})) THEN
            ALTER PUBLICATION {Sql.Quote(plan.Publication)} ADD TABLE {_table};
        END IF;
        SELECT relreplident INTO identity_before FROM pg_class WHERE oid = {_relation}::regclass AND relreplident <> 'f';
        IF identity_before IS NOT NULL THEN
            ALTER TABLE {_table} REPLICA IDENTITY FULL;
        END IF;
        """;

    private string Slot() => $"""

        -- The place in the server's log up to which changes were published.
        SELECT pg_create_logical_replication_slot({Sql.Literal(plan.Slot)}, 'pgoutput')
            WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = {Sql.Literal(plan.Slot)});
        """;

    private string Removal()
    {
        var body = $"""
            BEGIN
                PERFORM pg_advisory_xact_lock(hashtextextended({Sql.Literal(RowPlan.Mark)}, 0)), set_config('client_min_messages', 'warning', true);
                IF obj_description(to_regnamespace({_schemaText}), 'pg_namespace') IS DISTINCT FROM {Sql.Literal(RowPlan.Mark)} THEN
                    RETURN;
                END IF;
            {Indent(RemoveTrigger(plan.AfterTrigger), 4)}
            {Indent(RemoveTrigger(plan.BeforeTrigger), 4)}
                DROP FUNCTION IF EXISTS {_schema}.{Sql.Quote(plan.CheckFunction)}();
                IF EXISTS (SELECT FROM pg_publication_rel JOIN pg_publication AS p ON p.oid = prpubid
                        WHERE prrelid = to_regclass({_relation}) AND pubname = {Sql.Literal(plan.Publication)} AND obj_description(p.oid, 'pg_publication') = '{RowPlan.Mark}') THEN
                    ALTER PUBLICATION {Sql.Quote(plan.Publication)} DROP TABLE {_table};
                END IF;
                SELECT known.identity INTO identity_before FROM {_schema}.tables AS known WHERE name = {_relation};
                IF identity_before IN ('d', 'n') AND to_regclass({_relation}) IS NOT NULL THEN
                    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY %s', {_relation}, CASE identity_before WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END);
                END IF;
                DELETE FROM {_schema}.tables WHERE name = {_relation};

                -- What all tables share goes with the last of them, once every change is published.
                IF NOT EXISTS (SELECT FROM {_schema}.tables) AND NOT EXISTS (SELECT FROM {_schema}.changes) THEN
            {Indent(SharedScript.Drop(_schema), 8)}
                    IF EXISTS (SELECT FROM pg_publication WHERE pubname = {Sql.Literal(plan.Publication)} AND obj_description(oid, 'pg_publication') = '{RowPlan.Mark}') THEN
                        DROP PUBLICATION {Sql.Quote(plan.Publication)};
                    END IF;
                    IF NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace({_schemaText})) AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace({_schemaText})) THEN
                        DROP SCHEMA {_schema};
                    END IF;
                END IF;
            END
            """;
        return $"-- takes away what Aldis made for {OneLine(plan.Table.ToString())}\n{Block(body, "identity_before text;")}";
    }

    private string NoSlot() => $"""

        SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
            WHERE slot_name = {Sql.Literal(plan.Slot)} AND database = current_database() AND NOT EXISTS (SELECT FROM pg_publication WHERE pubname = {Sql.Literal(plan.Publication)});
        """;

    private string RemoveTrigger(string name) => $"""
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass({_relation}) AND tgname = {Sql.Literal(name)} AND obj_description(oid, 'pg_trigger') LIKE '{RowPlan.Mark} %') THEN
            DROP TRIGGER {Sql.Quote(name)} ON {_table};
        END IF;
        """;

    /// <summary>Triggers with the names of ours, whoever made them.</summary>
    private string Ours() => $"tgname IN ({Sql.Literal(plan.AfterTrigger)}, {Sql.Literal(plan.BeforeTrigger)})";

    private static string Foreign(string what) => Raise(ForeignState, what);

    private static string Raise(string state, string what) => $"RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = {Sql.Literal(what)};";

    private static string Statements(RowKinds kinds)
        => string.Join(" OR ", new[] { (RowKinds.Insert, "INSERT"), (RowKinds.Update, "UPDATE"), (RowKinds.Delete, "DELETE") }.Where(one => kinds.HasFlag(one.Item1)).Select(one => one.Item2));

    private static string Block(string body, string variables)
    {
        var quote = DollarQuote.For("aldis", body);
        return $"DO {quote}\nDECLARE {variables}\n{body}\n{quote};";
    }

    private static string Indent(string text, int by) => string.Join('\n', text.Split('\n').Select(line => line.Length == 0 ? line : new string(' ', by) + line));

    /// <summary>A name in a comment, which ends with its line.</summary>
    private static string OneLine(string name) => new([.. name.Select(character => char.IsControl(character) ? ' ' : character)]);
}
