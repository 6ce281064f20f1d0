-- Settles deliveries of a group. c_: the claims that are concerned, each with the bits of what is settled of it. s_: what is more than done with an event of a claim (kind: 0 done,
-- 1 retry, 2 dead, 3 return), or is done with a row. p_: what was published with the settlement at place p_owner of s_; l_: what was scheduled with it. s_keep: how long it is
-- remembered, in milliseconds. A lease that is gone is known by its token, and what was settled before by its bit: then nothing of that settlement happens.
CREATE OR REPLACE FUNCTION aldis.settle(g int,
    c_last bigint[], c_token bigint[], c_bits varbit[],
    s_claim int[], s_number bigint[], s_row bigint[], s_token bigint[], s_kind int[], s_after double precision[], s_attempt int[], s_reason text[], s_error text[],
    s_holds boolean[], s_id uuid[], s_keep double precision[], died_at bigint, died_here text,
    p_owner int[], p_topic int[], p_id uuid[], p_type text[], p_source text[], p_time bigint[], p_key text[], p_content_type text[], p_headers text[], p_body bytea[],
    l_owner int[], l_at timestamptz[], l_after double precision[], l_topic text[], l_id uuid[], l_type text[], l_source text[], l_time bigint[], l_key text[],
    l_content_type text[], l_headers text[], l_body bytea[],
    OUT c_refused varbit[], OUT s_refused int[], OUT again boolean)
LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    here aldis.grp;
    bits varbit;
    accepted boolean[] := '{}';
    is_taken boolean;
    k text;
    n bigint;
    due_at timestamptz;
BEGIN
    c_refused := '{}';
    s_refused := '{}';
    again := false;
    IF cardinality(s_kind) > 0 THEN
        PERFORM pg_advisory_xact_lock(aldis_locks + 1, g);
    END IF;
    FOR i IN 1 .. cardinality(c_last) LOOP
        SELECT settled INTO bits FROM aldis.claim WHERE grp = g AND last = c_last[i] AND token = c_token[i] FOR UPDATE;
        IF FOUND THEN
            c_refused[i] := bits & c_bits[i];
            bits := bits | c_bits[i];
            UPDATE aldis.claim SET settled = bits, remaining = length(bits) - bit_count(bits) WHERE grp = g AND last = c_last[i];
        ELSE
            c_refused[i] := c_bits[i];
        END IF;
    END LOOP;
    IF cardinality(s_kind) = 0 THEN
        RETURN;
    END IF;

    SELECT * INTO here FROM aldis.grp WHERE id = g;
    FOR i IN 1 .. cardinality(s_kind) LOOP
        due_at := aldis.moment() + s_after[i] * interval '1 millisecond';
        IF s_row[i] IS NULL THEN
            n := s_number[i];
            is_taken := get_bit(c_refused[s_claim[i]], (n - c_last[s_claim[i]] + length(c_bits[s_claim[i]]) - 1)::int) = 0;
            IF is_taken AND s_kind[i] <> 0 THEN
                SELECT key INTO k FROM aldis.event WHERE topic = here.topic AND number = n;
                INSERT INTO aldis.delivery (grp, state, number, due, attempts, died, reason, error, place, id, type, source, time, key, content_type, headers, body)
                    SELECT g, CASE s_kind[i] WHEN 1 THEN 0 WHEN 2 THEN CASE WHEN s_holds[i] AND k IS NOT NULL THEN 4 ELSE 2 END
                            ELSE CASE WHEN aldis.has_before(g, k, n) THEN 3 ELSE 0 END END,
                        n, due_at, CASE s_kind[i] WHEN 3 THEN s_attempt[i] - 1 ELSE s_attempt[i] END, CASE s_kind[i] WHEN 2 THEN died_at END, s_reason[i], s_error[i],
                        CASE s_kind[i] WHEN 2 THEN died_here END, e.id, e.type, e.source, e.time, e.key, e.content_type, e.headers, e.body
                    FROM aldis.event e WHERE e.topic = here.topic AND e.number = n;
                IF s_kind[i] = 1 OR s_holds[i] THEN
                    PERFORM aldis.block(g, k, n);
                END IF;
                again := again OR s_kind[i] <> 2;
            END IF;
        ELSE
            k := NULL;
            IF s_kind[i] = 0 THEN
                DELETE FROM aldis.delivery WHERE row = s_row[i] AND token = s_token[i] AND state = 1 RETURNING key, number INTO k, n;
            ELSIF s_kind[i] = 1 THEN
                UPDATE aldis.delivery SET state = 0, worker = NULL, receiver = NULL, token = NULL, lost = 0, due = due_at, error = s_error[i]
                    WHERE row = s_row[i] AND token = s_token[i] AND state = 1 RETURNING key, number INTO k, n;
            ELSIF s_kind[i] = 2 THEN
                UPDATE aldis.delivery SET state = CASE WHEN s_holds[i] AND key IS NOT NULL THEN 4 ELSE 2 END, worker = NULL, receiver = NULL, token = NULL, died = died_at,
                    reason = s_reason[i], error = s_error[i], place = died_here WHERE row = s_row[i] AND token = s_token[i] AND state = 1 RETURNING key, number INTO k, n;
            ELSE
                UPDATE aldis.delivery SET state = CASE WHEN aldis.has_before(g, key, number) THEN 3 ELSE 0 END, worker = NULL, receiver = NULL, token = NULL,
                    attempts = attempts - 1 WHERE row = s_row[i] AND token = s_token[i] AND state = 1 RETURNING key, number INTO k, n;
            END IF;
            is_taken := FOUND;
            IF is_taken THEN
                IF s_kind[i] = 1 OR s_holds[i] THEN
                    PERFORM aldis.block(g, k, n);
                END IF;
                IF s_kind[i] IN (1, 3) THEN
                    again := true;
                ELSIF NOT s_holds[i] THEN
                    again := aldis.pass(g, k) OR again;
                END IF;
            END IF;
        END IF;
        accepted[i] := is_taken;
        IF NOT is_taken THEN
            s_refused := s_refused || i;
        END IF;
    END LOOP;

    INSERT INTO aldis.inbox AS known (grp, id, until)
        SELECT here.name, u.id, aldis.moment() + u.keep * interval '1 millisecond' FROM unnest(s_id, s_keep, accepted) AS u (id, keep, is_accepted)
        WHERE u.keep IS NOT NULL AND u.is_accepted
        ON CONFLICT (grp, id) DO UPDATE SET until = greatest(known.until, excluded.until);
    IF cardinality(l_owner) > 0 THEN
        PERFORM aldis.keep_until_due(array_agg(u.at), array_agg(u.after), array_agg(u.topic), array_agg(u.id), array_agg(u.type), array_agg(u.source), array_agg(u.time),
                array_agg(u.key), array_agg(u.content_type), array_agg(u.headers), array_agg(u.body))
            FROM unnest(l_owner, l_at, l_after, l_topic, l_id, l_type, l_source, l_time, l_key, l_content_type, l_headers, l_body)
                AS u (owner, at, after, topic, id, type, source, time, key, content_type, headers, body)
            WHERE accepted[u.owner];
    END IF;
    IF cardinality(p_owner) = 0 THEN
        RETURN;
    ELSIF cardinality(s_refused) = 0 THEN
        PERFORM aldis.append_all(p_topic, p_id, p_type, p_source, p_time, p_key, p_content_type, p_headers, p_body);
    ELSE
        PERFORM aldis.append_all(array_agg(u.topic), array_agg(u.id), array_agg(u.type), array_agg(u.source), array_agg(u.time), array_agg(u.key), array_agg(u.content_type),
                array_agg(u.headers), array_agg(u.body))
            FROM unnest(p_owner, p_topic, p_id, p_type, p_source, p_time, p_key, p_content_type, p_headers, p_body)
                AS u (owner, topic, id, type, source, time, key, content_type, headers, body)
            WHERE accepted[u.owner] HAVING count(*) > 0;
    END IF;
END $$;

-- Keeps events until they are due: at an instant, after some milliseconds, or at once. One whose id is there already is left as it is.
CREATE OR REPLACE FUNCTION aldis.keep_until_due(
    ats timestamptz[], afters double precision[], topics text[], ids uuid[], types text[], sources text[], times bigint[], keys text[], content_types text[], headers text[],
    bodies bytea[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO aldis.schedule (due, topic, id, type, source, time, key, content_type, headers, body)
        SELECT coalesce(u.at, aldis.moment() + coalesce(u.after, 0) * interval '1 millisecond'), u.topic, u.id, u.type, u.source, u.time, u.key, u.content_type, u.headers, u.body
        FROM unnest(ats, afters, topics, ids, types, sources, times, keys, content_types, headers, bodies)
            AS u (at, after, topic, id, type, source, time, key, content_type, headers, body)
        ON CONFLICT DO NOTHING;
END $$;
