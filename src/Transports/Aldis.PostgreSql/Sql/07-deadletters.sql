-- The dead letters that a filter means, of which null does not narrow.
CREATE OR REPLACE FUNCTION aldis.dead(
    f_topic text, f_group text, f_id uuid, f_key text, f_type text, f_since bigint, f_before bigint, f_reason text, after_died bigint, after_row bigint, most int)
RETURNS SETOF aldis.delivery LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT d.* FROM aldis.delivery d JOIN aldis.grp g ON g.id = d.grp JOIN aldis.topic t ON t.id = g.topic
        WHERE d.state IN (2, 4) AND (d.died, d.row) > (after_died, after_row)
            AND (f_topic IS NULL OR t.name = f_topic) AND (f_group IS NULL OR g.name = f_group) AND (f_id IS NULL OR d.id = f_id) AND (f_key IS NULL OR d.key = f_key)
            AND (f_type IS NULL OR coalesce(d.type, t.name) = f_type) AND (f_since IS NULL OR d.died >= f_since) AND (f_before IS NULL OR d.died < f_before)
            AND (f_reason IS NULL OR position(f_reason IN d.reason) > 0)
        ORDER BY d.died, d.row LIMIT most;
END $$;

-- How many events wait behind a dead letter that holds its key: those with rows, and those that nobody has asked for yet.
CREATE OR REPLACE FUNCTION aldis.parked_behind(g int, k text, n bigint) RETURNS bigint LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    RETURN (SELECT count(*) FROM aldis.delivery d WHERE d.grp = g AND d.key = k AND d.state <> 2 AND d.state IN (0, 3) AND d.number > n)
        + (SELECT count(*) FROM aldis.grp x JOIN aldis.event e ON e.topic = x.topic
            AND e.number > coalesce((SELECT c.last FROM aldis.claim c WHERE c.grp = x.id AND c.last > x.floor ORDER BY c.last DESC LIMIT 1), x.floor)
            WHERE x.id = g AND e.key = k);
END $$;

-- Takes the locks of the groups that have such dead letters, and gives the rows.
CREATE OR REPLACE FUNCTION aldis.dead_locked(f_topic text, f_group text, f_id uuid, f_key text, f_type text, f_since bigint, f_before bigint, f_reason text)
RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    g int;
    groups int[];
BEGIN
    groups := ARRAY(SELECT DISTINCT d.grp FROM aldis.dead(f_topic, f_group, f_id, f_key, f_type, f_since, f_before, f_reason, -1, 0, NULL) d ORDER BY 1);
    FOREACH g IN ARRAY groups LOOP
        PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    END LOOP;
    RETURN ARRAY(SELECT d.row FROM aldis.dead(f_topic, f_group, f_id, f_key, f_type, f_since, f_before, f_reason, -1, 0, NULL) d WHERE d.grp = ANY (groups));
END $$;

-- Hands dead letters back: attempts count from 1 again.
CREATE OR REPLACE FUNCTION aldis.redrive(f_topic text, f_group text, f_id uuid, f_key text, f_type text, f_since bigint, f_before bigint, f_reason text)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    rows_meant bigint[] := aldis.dead_locked(f_topic, f_group, f_id, f_key, f_type, f_since, f_before, f_reason);
BEGIN
    UPDATE aldis.delivery SET state = 0, attempts = 0, lost = 0, reason = NULL, died = NULL, place = NULL, due = aldis.moment() WHERE row = ANY (rows_meant);
    RETURN cardinality(rows_meant);
END $$;

-- Hands back another event in the place of a dead one. False: it is not there.
CREATE OR REPLACE FUNCTION aldis.replace_dead(f_topic text, f_group text, f_id uuid,
    c_id uuid, c_type text, c_source text, c_time bigint, c_key text, c_content_type text, c_headers text, c_body bytea)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    rows_meant bigint[] := aldis.dead_locked(f_topic, f_group, f_id, NULL, NULL, NULL, NULL, NULL);
BEGIN
    UPDATE aldis.delivery SET state = 0, attempts = 0, lost = 0, reason = NULL, error = NULL, died = NULL, place = NULL, due = aldis.moment(),
        id = c_id, type = c_type, source = c_source, time = c_time, key = c_key, content_type = c_content_type, headers = c_headers, body = c_body WHERE row = rows_meant[1];
    RETURN FOUND;
END $$;

-- Deletes dead letters; what waits behind them comes.
CREATE OR REPLACE FUNCTION aldis.discard(f_topic text, f_group text, f_id uuid, f_key text, f_type text, f_since bigint, f_before bigint, f_reason text)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    rows_meant bigint[] := aldis.dead_locked(f_topic, f_group, f_id, f_key, f_type, f_since, f_before, f_reason);
    one record;
BEGIN
    FOR one IN WITH gone AS (DELETE FROM aldis.delivery WHERE row = ANY (rows_meant) RETURNING grp, key, state, number) SELECT * FROM gone WHERE state = 4 ORDER BY grp, number LOOP
        PERFORM aldis.pass(one.grp, one.key);
    END LOOP;
    RETURN cardinality(rows_meant);
END $$;

-- Adopts deliveries of a group on another transport, each as if it had been handed out here and settled so. Their numbers only tell the order of a key. Null: the group is not open.
CREATE OR REPLACE FUNCTION aldis.adopt(group_name text, topics text[], kinds int[], afters double precision[], tries int[], reasons text[], errors text[], holds boolean[],
    died_at bigint, died_here text,
    ids uuid[], types text[], sources text[], times bigint[], keys text[], content_types text[], headers text[], bodies bytea[])
RETURNS int[] LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    g int;
    n bigint;
    groups int[] := ARRAY(SELECT (SELECT x.id FROM aldis.grp x JOIN aldis.topic t ON t.id = x.topic WHERE t.name = u.name AND x.name = group_name)
        FROM unnest(topics) WITH ORDINALITY AS u (name, place) ORDER BY u.place);
BEGIN
    IF EXISTS (SELECT FROM unnest(groups) AS u WHERE u IS NULL) THEN
        RETURN NULL;
    END IF;
    FOR g IN SELECT DISTINCT u FROM unnest(groups) AS u ORDER BY u LOOP
        PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    END LOOP;
    UPDATE aldis.topic SET keyed = true WHERE NOT keyed AND name IN (SELECT u.name FROM unnest(topics, keys) AS u (name, key) WHERE u.key IS NOT NULL);
    FOR i IN 1 .. cardinality(ids) LOOP
        g := groups[i];
        CONTINUE WHEN keys[i] IS NOT NULL AND EXISTS (SELECT FROM aldis.delivery d WHERE d.grp = g AND d.key = keys[i] AND d.state <> 2 AND d.id = ids[i]);
        n := nextval('aldis.adopted');
        INSERT INTO aldis.delivery (grp, state, number, due, attempts, died, reason, error, place, id, type, source, time, key, content_type, headers, body)
            VALUES (g, CASE WHEN kinds[i] <> 2 THEN CASE WHEN aldis.has_before(g, keys[i], n) THEN 3 ELSE 0 END WHEN holds[i] AND keys[i] IS NOT NULL THEN 4 ELSE 2 END,
                n, aldis.moment() + afters[i] * interval '1 millisecond', CASE kinds[i] WHEN 3 THEN tries[i] - 1 ELSE tries[i] END, CASE kinds[i] WHEN 2 THEN died_at END,
                reasons[i], errors[i], CASE kinds[i] WHEN 2 THEN died_here END, ids[i], types[i], sources[i], times[i], keys[i], content_types[i], headers[i], bodies[i]);
    END LOOP;
    RETURN groups;
END $$;

-- Which of some keys are held: a group has an event of the key for which a later one has to wait.
CREATE OR REPLACE FUNCTION aldis.held_keys(topic_name text, group_name text, keys text[]) RETURNS text[] LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    RETURN ARRAY(SELECT u.key FROM unnest(keys) AS u (key) WHERE EXISTS (
        SELECT FROM aldis.delivery d JOIN aldis.grp g ON g.id = d.grp JOIN aldis.topic t ON t.id = g.topic
        WHERE t.name = topic_name AND g.name = group_name AND d.key = u.key AND d.state <> 2));
END $$;

-- How much a group has still to settle, and the time of the oldest.
CREATE OR REPLACE FUNCTION aldis.backlog(topic_name text, group_name text, OUT depth bigint, OUT oldest bigint) LANGUAGE sql AS $$
    WITH here AS (
        SELECT g.id, g.topic, greatest(t.last, (SELECT e.number FROM aldis.event e WHERE e.topic = t.id ORDER BY e.number DESC LIMIT 1)) AS newest,
            coalesce((SELECT c.last FROM aldis.claim c WHERE c.grp = g.id AND c.last > g.floor ORDER BY c.last DESC LIMIT 1), g.floor) AS handed_out
        FROM aldis.grp g JOIN aldis.topic t ON t.id = g.topic WHERE t.name = topic_name AND g.name = group_name),
    held AS (
        SELECT coalesce(sum(c.remaining), 0) AS remaining, min(c.first + position(B'0' IN c.settled) - 1) AS first FROM here JOIN aldis.claim c ON c.grp = here.id WHERE c.remaining > 0),
    own AS (
        SELECT count(*) AS count, min(d.time) AS oldest FROM here JOIN aldis.delivery d ON d.grp = here.id WHERE d.state IN (0, 1, 3))
    SELECT (newest - handed_out + held.remaining + own.count)::bigint,
        least(own.oldest, (SELECT e.time FROM aldis.event e WHERE e.topic = here.topic AND e.number >= coalesce(held.first, handed_out + 1) ORDER BY e.number LIMIT 1))
    FROM here, held, own
$$;
