namespace Aldis.PostgreSql.Rows;

/// <summary>What all tables that are kept in one schema share.</summary>
internal static class SharedScript
{
    /// <param name="schema">The schema, quoted.</param>
    public static string Create(string schema)
    {
        var (key, note) = (DollarQuote.For("key", schema), DollarQuote.For("note", schema));
        return $"""
            CREATE SCHEMA {schema};
            COMMENT ON SCHEMA {schema} IS '{RowPlan.Mark}';
            CREATE TABLE {schema}.tables (name text PRIMARY KEY, topic text NOT NULL, identity text);
            CREATE TABLE {schema}.changes (
                number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                id uuid NOT NULL, topic text NOT NULL, key text, kind text NOT NULL,
                old_row jsonb, new_row jsonb, at timestamptz NOT NULL, fault text
            ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000);
            CREATE INDEX ON {schema}.changes (topic, key, number) WHERE fault IS NOT NULL;

            -- The key of a row: its key columns as text. What no key can be is told apart by its digest.
            CREATE FUNCTION {schema}.key_of(given jsonb, columns text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS {key}
                SELECT CASE WHEN length(key) > 200 OR key ~ '[[:cntrl:]]' THEN md5(key) ELSE nullif(key, '') END
                FROM (SELECT string_agg(given ->> name, '/' ORDER BY place) FROM unnest(columns) WITH ORDINALITY AS c (name, place)) AS k (key)
            {key};

            -- Writes a change down, in the transaction that makes it. It runs as its owner, so that a client needs no right on anything here.
            CREATE FUNCTION {schema}.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS {note}
            DECLARE was jsonb; is_now jsonb;
            BEGIN
                IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
                IF TG_OP <> 'DELETE' THEN is_now := to_jsonb(NEW); END IF;
                IF was = is_now THEN RETURN NULL; END IF;
                -- The id is a UUID of version 7 (RFC 9562): the time, and the rest of a random one.
                INSERT INTO {schema}.changes (id, topic, key, kind, old_row, new_row, at) VALUES (
                    encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid,
                    TG_ARGV[0], {schema}.key_of(coalesce(was, is_now), TG_ARGV[1:]), left(TG_OP, 1), was, is_now, statement_timestamp());
                RETURN NULL;
            END
            {note};
            REVOKE ALL ON FUNCTION {schema}.note() FROM PUBLIC;
            """;
    }

    /// <inheritdoc cref="Create"/>
    public static string Drop(string schema) => $"""
        DROP FUNCTION {schema}.note();
        DROP FUNCTION {schema}.key_of(jsonb, text[]);
        DROP TABLE {schema}.changes;
        DROP TABLE {schema}.tables;
        """;
}
