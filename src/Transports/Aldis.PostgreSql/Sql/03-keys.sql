-- The rows of aldis.delivery as the events of a key. While a key has a row there (other than a dead letter that does not hold it), what is published with that key is parked
-- behind it. The first row of a key is never parked, so that there is always one that wakes the others. All of this is asked under the lock of the group.

-- Whether an event has one of its key before it.
CREATE OR REPLACE FUNCTION aldis.has_before(g int, k text, n bigint) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    RETURN k IS NOT NULL AND EXISTS (SELECT FROM aldis.delivery WHERE grp = g AND key = k AND state <> 2 AND state IN (0, 1, 3, 4) AND number < n);
END $$;

-- Whether no other event of the key has to come first, and no other receiver has one.
CREATE OR REPLACE FUNCTION aldis.is_next(g int, k text, n bigint, r bigint, elsewhere text[], taken bigint[]) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    RETURN k <> ALL (elsewhere)
        AND NOT EXISTS (SELECT FROM aldis.delivery WHERE grp = g AND key = k AND state <> 2 AND state = 1 AND receiver <> r)
        AND NOT EXISTS (SELECT FROM aldis.delivery WHERE grp = g AND key = k AND state <> 2 AND state IN (0, 1, 3, 4) AND number < n
            AND row <> ALL (taken) AND NOT (state = 1 AND receiver = r));
END $$;

-- What comes after an event of the key waits for it.
CREATE OR REPLACE FUNCTION aldis.block(g int, k text, n bigint) RETURNS void LANGUAGE plpgsql SET enable_seqscan TO off AS $$
BEGIN
    IF k IS NOT NULL THEN
        UPDATE aldis.delivery SET state = 3 WHERE grp = g AND key = k AND state <> 2 AND state = 0 AND number > n;
    END IF;
END $$;

-- An event of the key is through. The parked ones before which nothing is left come, a part at a time. One whose lease was lost comes alone.
-- Tells whether any come.
CREATE OR REPLACE FUNCTION aldis.pass(g int, k text) RETURNS boolean LANGUAGE plpgsql SET enable_seqscan TO off AS $$
DECLARE
    before bigint;
    one record;
    woken bigint[] := '{}';
BEGIN
    IF k IS NULL THEN
        RETURN false;
    END IF;
    SELECT min(number) INTO before FROM aldis.delivery WHERE grp = g AND key = k AND state <> 2 AND state IN (0, 1, 4);
    FOR one IN
        SELECT d.row, d.lost FROM aldis.delivery d
        WHERE d.grp = g AND d.key = k AND d.state <> 2 AND d.state = 3 AND (before IS NULL OR d.number < before) ORDER BY d.number LIMIT 64
    LOOP
        EXIT WHEN one.lost > 0 AND cardinality(woken) > 0;
        woken := woken || one.row;
        EXIT WHEN one.lost > 0;
    END LOOP;
    -- One that was parked while it waited for its time waits for it still.
    UPDATE aldis.delivery SET state = 0, due = greatest(due, aldis.moment()) WHERE row = ANY (woken);
    RETURN cardinality(woken) > 0;
END $$;
