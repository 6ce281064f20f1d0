-- Takes what a group may handle next: first what is due again, then a range behind what was handed out. An event whose lease was lost may be what killed its process: of those a
-- receiver holds one at a time. Where a topic has keys, a range ends before an event whose key another receiver holds, and what has a key that is blocked is parked.
-- outcome: 0 nothing is there, 1 something is, 2 the worker is lost, 3 the group is lost. The token stands for all that the call takes.
CREATE OR REPLACE FUNCTION aldis.take(w int, g int, r bigint, t bigint, most int,
    OUT outcome int, OUT first bigint, OUT last bigint, OUT parked varbit, OUT taken bigint[], OUT next_due double precision)
LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    here aldis.grp;
    is_keyed boolean;
    is_suspect boolean;
    present timestamptz;
    elsewhere text[] := '{}';
    blocked text[] := '{}';
    handed_out bigint;
    stop bigint;
    one record;
BEGIN
    taken := '{}';
    PERFORM pg_advisory_xact_lock_shared(aldis_locks, w);
    PERFORM FROM aldis.worker WHERE id = w;
    IF NOT FOUND THEN
        outcome := 2;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    SELECT * INTO here FROM aldis.grp WHERE id = g;
    IF NOT FOUND THEN
        outcome := 3;
        RETURN;
    END IF;

    present := aldis.moment();
    SELECT x.keyed INTO is_keyed FROM aldis.topic x WHERE x.id = here.topic;
    IF is_keyed THEN
        elsewhere := ARRAY(
            SELECT DISTINCT e.key FROM aldis.claim c JOIN aldis.event e ON e.topic = here.topic AND e.number BETWEEN c.first AND c.last
            WHERE c.grp = g AND c.last > here.floor AND c.remaining > 0 AND c.receiver <> r AND e.key IS NOT NULL AND get_bit(c.settled, (e.number - c.first)::int) = 0);
    END IF;

    is_suspect := EXISTS (SELECT FROM aldis.delivery d WHERE d.worker = w AND d.receiver = r AND d.state = 1 AND d.lost > 0);
    IF NOT is_suspect THEN
        FOR one IN
            SELECT d.row, d.key, d.number FROM aldis.delivery d WHERE d.grp = g AND d.state = 0 AND d.due <= present AND d.lost > 0
            ORDER BY d.due, d.number LIMIT 4096
        LOOP
            IF one.key IS NULL OR aldis.is_next(g, one.key, one.number, r, elsewhere, taken) THEN
                taken := taken || one.row;
                EXIT;
            END IF;
        END LOOP;
    END IF;
    IF cardinality(taken) < most THEN
        FOR one IN
            SELECT d.row, d.key, d.number FROM aldis.delivery d WHERE d.grp = g AND d.state = 0 AND d.due <= present AND d.lost = 0
            ORDER BY d.due, d.number LIMIT greatest(most, 4096)
        LOOP
            IF one.key IS NULL OR aldis.is_next(g, one.key, one.number, r, elsewhere, taken) THEN
                taken := taken || one.row;
                EXIT WHEN cardinality(taken) >= most;
            END IF;
        END LOOP;
    END IF;

    SELECT coalesce((SELECT c.last FROM aldis.claim c WHERE c.grp = g AND c.last > here.floor ORDER BY c.last DESC LIMIT 1), here.floor),
        greatest(x.last, (SELECT e.number FROM aldis.event e WHERE e.topic = here.topic ORDER BY e.number DESC LIMIT 1))
        INTO handed_out, last FROM aldis.topic x WHERE x.id = here.topic;
    first := handed_out + 1;
    last := least(last, handed_out + most - cardinality(taken));
    IF is_keyed AND last >= first THEN
        IF EXISTS (SELECT FROM aldis.delivery d WHERE d.grp = g AND d.key IS NOT NULL AND d.state <> 2) THEN
            blocked := ARRAY(
                SELECT DISTINCT e.key FROM aldis.event e WHERE e.topic = here.topic AND e.number BETWEEN first AND last AND e.key IS NOT NULL
                    AND EXISTS (SELECT FROM aldis.delivery d WHERE d.grp = g AND d.key = e.key AND d.state <> 2));
        END IF;
        IF cardinality(elsewhere) > 0 THEN
            SELECT min(e.number) INTO stop FROM aldis.event e
                WHERE e.topic = here.topic AND e.number BETWEEN first AND last AND e.key = ANY (elsewhere) AND e.key <> ALL (blocked);
            last := coalesce(stop - 1, last);
        END IF;
    END IF;

    IF cardinality(taken) = 0 AND last < first THEN
        outcome := 0;
        next_due := (SELECT extract(epoch FROM min(d.due) - aldis.moment()) * 1000 FROM aldis.delivery d
            WHERE d.grp = g AND d.state = 0 AND d.due > present AND (d.lost = 0 OR NOT is_suspect));
        RETURN;
    END IF;

    outcome := 1;
    UPDATE aldis.delivery SET state = 1, attempts = attempts + 1, worker = w, receiver = r, token = t WHERE row = ANY (taken);
    IF last >= first THEN
        parked := repeat('0', (last - first + 1)::int)::varbit;
        IF cardinality(blocked) > 0 THEN
            FOR one IN SELECT e.number FROM aldis.event e WHERE e.topic = here.topic AND e.number BETWEEN first AND last AND e.key = ANY (blocked) LOOP
                parked := set_bit(parked, (one.number - first)::int, 1);
            END LOOP;
            INSERT INTO aldis.delivery (grp, state, number, due, attempts, id, type, source, time, key, content_type, headers, body)
                SELECT g, 3, e.number, aldis.moment(), 0, e.id, e.type, e.source, e.time, e.key, e.content_type, e.headers, e.body
                FROM aldis.event e WHERE e.topic = here.topic AND e.number BETWEEN first AND last AND e.key = ANY (blocked);
        END IF;
        INSERT INTO aldis.claim (grp, first, last, token, worker, receiver, settled, remaining)
            VALUES (g, first, last, t, w, r, parked, length(parked) - bit_count(parked));
    END IF;
END $$;
