-- Appends events to a topic. Its lock is kept until the commit, so that numbers follow the order of commits: who has seen one has seen all before it.
CREATE OR REPLACE FUNCTION aldis.append(
    t int, ids uuid[], types text[], sources text[], times bigint[], keys text[], content_types text[], headers text[], bodies bytea[])
RETURNS void LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    base bigint;
    is_keyed boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(aldis_locks + 2, t);
    SELECT greatest(x.last, (SELECT e.number FROM aldis.event e WHERE e.topic = t ORDER BY e.number DESC LIMIT 1)), x.keyed
        INTO base, is_keyed FROM aldis.topic x WHERE x.id = t;
    INSERT INTO aldis.event (topic, number, id, type, source, time, key, content_type, headers, body)
        SELECT t, base + u.place, u.id, u.type, u.source, u.time, u.key, u.content_type, u.headers, u.body
        FROM unnest(ids, types, sources, times, keys, content_types, headers, bodies)
            WITH ORDINALITY AS u (id, type, source, time, key, content_type, headers, body, place);
    IF NOT is_keyed AND EXISTS (SELECT FROM unnest(keys) AS k WHERE k IS NOT NULL) THEN
        UPDATE aldis.topic SET keyed = true WHERE id = t;
    END IF;
END $$;

-- Appends events to topics, in the order of the topics' numbers, so that two who do so do not wait for each other.
CREATE OR REPLACE FUNCTION aldis.append_all(
    topics int[], ids uuid[], types text[], sources text[], times bigint[], keys text[], content_types text[], headers text[], bodies bytea[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT u.topic, array_agg(u.id ORDER BY u.place) AS ids, array_agg(u.type ORDER BY u.place) AS types, array_agg(u.source ORDER BY u.place) AS sources,
            array_agg(u.time ORDER BY u.place) AS times, array_agg(u.key ORDER BY u.place) AS keys, array_agg(u.content_type ORDER BY u.place) AS content_types,
            array_agg(u.headers ORDER BY u.place) AS headers, array_agg(u.body ORDER BY u.place) AS bodies
        FROM unnest(topics, ids, types, sources, times, keys, content_types, headers, bodies)
            WITH ORDINALITY AS u (topic, id, type, source, time, key, content_type, headers, body, place)
        GROUP BY u.topic ORDER BY u.topic
    LOOP
        PERFORM aldis.append(one.topic, one.ids, one.types, one.sources, one.times, one.keys, one.content_types, one.headers, one.bodies);
    END LOOP;
END $$;

-- The number of a topic, which comes into being when it is first named.
CREATE OR REPLACE FUNCTION aldis.topic_of(topic_name text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    found_id int;
BEGIN
    SELECT id INTO found_id FROM aldis.topic WHERE name = topic_name;
    IF NOT FOUND THEN
        INSERT INTO aldis.topic (name) VALUES (topic_name) ON CONFLICT DO NOTHING;
        SELECT id INTO found_id FROM aldis.topic WHERE name = topic_name;
    END IF;
    RETURN found_id;
END $$;

-- Publishes what is due on the topics of this database, and forgets it, in one step. One at a time does so: that keeps the order.
CREATE OR REPLACE FUNCTION aldis.fire(most int, OUT fired int, OUT topics int[]) LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    found_rows record;
BEGIN
    PERFORM pg_advisory_xact_lock(aldis_locks + 3, 2);
    WITH gone AS (
        DELETE FROM aldis.schedule WHERE id IN (
            SELECT s.id FROM aldis.schedule s WHERE s.due <= (SELECT aldis.moment()) ORDER BY s.due, s.row LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING *)
    SELECT array_agg(topic ORDER BY due, row) AS topics, array_agg(id ORDER BY due, row) AS ids, array_agg(type ORDER BY due, row) AS types,
        array_agg(source ORDER BY due, row) AS sources, array_agg(time ORDER BY due, row) AS times, array_agg(key ORDER BY due, row) AS keys,
        array_agg(content_type ORDER BY due, row) AS content_types, array_agg(headers ORDER BY due, row) AS headers, array_agg(body ORDER BY due, row) AS bodies
        INTO found_rows FROM gone;
    fired := coalesce(cardinality(found_rows.ids), 0);
    IF fired > 0 THEN
        topics := ARRAY(SELECT n.id FROM unnest(found_rows.topics) WITH ORDINALITY AS u (name, place)
            JOIN (SELECT d.name, aldis.topic_of(d.name) AS id FROM (SELECT DISTINCT x.name FROM unnest(found_rows.topics) AS x (name)) AS d OFFSET 0) AS n ON n.name = u.name
            ORDER BY u.place);
        PERFORM aldis.append_all(topics, found_rows.ids, found_rows.types, found_rows.sources, found_rows.times, found_rows.keys, found_rows.content_types,
            found_rows.headers, found_rows.bodies);
    END IF;
END $$;
