-- Opens a group. The first one of a topic gets what was published before it came; a later one begins with what comes next. Private ones do not count, belong to a worker,
-- and begin with what comes next. Null: the worker is lost.
CREATE OR REPLACE FUNCTION aldis.open_group(t int, group_name text, w int) RETURNS int LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    found_id int;
    newest bigint;
    oldest bigint;
BEGIN
    IF w IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock_shared(aldis_locks, w);
        PERFORM FROM aldis.worker WHERE id = w;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT id INTO found_id FROM aldis.grp WHERE topic = t AND name = group_name;
    IF FOUND THEN
        RETURN found_id;
    END IF;
    PERFORM pg_advisory_xact_lock(aldis_locks + 2, t);
    SELECT greatest(x.last, (SELECT e.number FROM aldis.event e WHERE e.topic = t ORDER BY e.number DESC LIMIT 1)), x.last
        INTO newest, oldest FROM aldis.topic x WHERE x.id = t;
    INSERT INTO aldis.grp (topic, name, floor, worker)
        SELECT t, group_name, CASE WHEN w IS NOT NULL OR EXISTS (SELECT FROM aldis.grp WHERE topic = t AND worker IS NULL) THEN newest ELSE oldest END, w
        ON CONFLICT DO NOTHING;
    SELECT id INTO found_id FROM aldis.grp WHERE topic = t AND name = group_name;
    RETURN found_id;
END $$;

-- Forgets a group with what it holds and what it has given up.
CREATE OR REPLACE FUNCTION aldis.forget_group(g int) RETURNS void LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    DELETE FROM aldis.claim WHERE grp = g;
    DELETE FROM aldis.delivery WHERE grp = g;
    DELETE FROM aldis.grp WHERE id = g;
END $$;

-- Breaks a claim up: what is not settled gets rows of its own, due now, in its order.
CREATE OR REPLACE FUNCTION aldis.break_up(broken aldis.claim, tries int, lost_leases int) RETURNS void LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    INSERT INTO aldis.delivery (grp, state, number, due, attempts, lost, id, type, source, time, key, content_type, headers, body)
        SELECT broken.grp,
            CASE WHEN e.key IS NOT NULL AND (row_number() OVER (PARTITION BY e.key ORDER BY e.number) > 1 OR aldis.has_before(broken.grp, e.key, e.number)) THEN 3 ELSE 0 END,
            e.number, aldis.moment(), tries, lost_leases, e.id, e.type, e.source, e.time, e.key, e.content_type, e.headers, e.body
        FROM aldis.event e
        WHERE e.topic = (SELECT topic FROM aldis.grp WHERE id = broken.grp) AND e.number BETWEEN broken.first AND broken.last
            AND get_bit(broken.settled, (e.number - broken.first)::int) = 0
        ORDER BY e.number;
    UPDATE aldis.claim SET settled = ~ (settled & ~ settled), remaining = 0 WHERE grp = broken.grp AND last = broken.last;
END $$;

-- Returns what a receiver has not settled, as if it had never been handed out: of one call, or (null) all.
CREATE OR REPLACE FUNCTION aldis.release(g int, w int, r bigint, t bigint) RETURNS void LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    broken aldis.claim;
    one record;
BEGIN
    PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    FOR broken IN
        SELECT c.* FROM aldis.claim c WHERE c.grp = g AND c.last > (SELECT x.floor FROM aldis.grp x WHERE x.id = g) AND c.remaining > 0 AND c.receiver = r
            AND (t IS NULL OR c.token = t) ORDER BY c.last FOR UPDATE
    LOOP
        PERFORM aldis.break_up(broken, 0, 0);
    END LOOP;
    FOR one IN
        SELECT d.row, d.key, d.number FROM aldis.delivery d WHERE d.worker = w AND d.receiver = r AND d.state = 1 AND d.grp = g AND (t IS NULL OR d.token = t) ORDER BY d.number
    LOOP
        UPDATE aldis.delivery SET state = CASE WHEN aldis.has_before(g, one.key, one.number) THEN 3 ELSE 0 END, worker = NULL, receiver = NULL, token = NULL,
            attempts = attempts - 1 WHERE row = one.row;
    END LOOP;
END $$;

-- Takes over what a worker held that is dead or silent beyond its lease. Its attempts count: an event of them may be what killed it. Its private groups are forgotten.
CREATE OR REPLACE FUNCTION aldis.take_over(w int, is_gone boolean) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    g int;
    groups int[];
    broken aldis.claim;
BEGIN
    PERFORM pg_advisory_xact_lock(aldis_locks, w);
    DELETE FROM aldis.worker WHERE id = w AND (is_gone OR lease_until < aldis.moment());
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    groups := ARRAY(
        SELECT id FROM aldis.grp WHERE worker = w UNION SELECT grp FROM aldis.claim WHERE worker = w AND remaining > 0
        UNION SELECT grp FROM aldis.delivery WHERE worker = w AND state = 1 ORDER BY 1);
    FOREACH g IN ARRAY groups LOOP
        PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    END LOOP;
    FOREACH g IN ARRAY groups LOOP
        IF EXISTS (SELECT FROM aldis.grp WHERE id = g AND worker = w) THEN
            PERFORM aldis.forget_group(g);
        ELSE
            FOR broken IN SELECT c.* FROM aldis.claim c WHERE c.grp = g AND c.worker = w AND c.remaining > 0 ORDER BY c.last FOR UPDATE LOOP
                PERFORM aldis.break_up(broken, 1, 1);
            END LOOP;
            UPDATE aldis.delivery SET state = 0, worker = NULL, receiver = NULL, token = NULL, lost = lost + 1, due = aldis.moment()
                WHERE worker = w AND state = 1 AND grp = g;
        END IF;
    END LOOP;
    RETURN true;
END $$;

-- Notes how far a group is through.
CREATE OR REPLACE FUNCTION aldis.sweep_group(g int) RETURNS void LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    through bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    SELECT coalesce(min(c.first) FILTER (WHERE c.remaining > 0) - 1, max(c.last)) INTO through
        FROM aldis.claim c WHERE c.grp = g AND c.last > (SELECT x.floor FROM aldis.grp x WHERE x.id = g);
    UPDATE aldis.grp SET floor = through WHERE id = g AND floor < through;
    IF FOUND THEN
        DELETE FROM aldis.claim WHERE grp = g AND last <= through;
    END IF;
END $$;

-- Deletes events that every group is through with, so many at a time. While there are only private groups, everything is kept for the first one that is not.
-- Tells whether there are more.
CREATE OR REPLACE FUNCTION aldis.sweep_topic(t int, most int) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    before bigint;
    through bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(aldis_locks + 4, t) THEN
        RETURN false;
    END IF;
    SELECT x.last, CASE WHEN (SELECT bool_or(g.worker IS NULL) FROM aldis.grp g WHERE g.topic = t) THEN (SELECT min(g.floor) FROM aldis.grp g WHERE g.topic = t) END
        INTO before, through FROM aldis.topic x WHERE x.id = t;
    IF through IS NULL OR through <= before THEN
        RETURN false;
    END IF;
    DELETE FROM aldis.event WHERE topic = t AND number > before AND number <= least(through, before + most);
    UPDATE aldis.topic SET last = least(through, before + most) WHERE id = t;
    RETURN before + most < through;
END $$;

-- Which of some groups have something to do, and how many milliseconds it is until something that is to be published later is due.
CREATE OR REPLACE FUNCTION aldis.look(groups int[], OUT ready int[], OUT next_due double precision) LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    ready := ARRAY(
        SELECT g.id FROM aldis.grp g WHERE g.id = ANY (groups) AND (
            EXISTS (SELECT FROM aldis.event e WHERE e.topic = g.topic
                AND e.number > coalesce((SELECT c.last FROM aldis.claim c WHERE c.grp = g.id AND c.last > g.floor ORDER BY c.last DESC LIMIT 1), g.floor))
            OR EXISTS (SELECT FROM aldis.delivery d WHERE d.grp = g.id AND d.state = 0 AND d.due <= (SELECT aldis.moment()))));
    next_due := (SELECT extract(epoch FROM s.due - aldis.moment()) * 1000 FROM aldis.schedule s ORDER BY s.due LIMIT 1);
END $$;
