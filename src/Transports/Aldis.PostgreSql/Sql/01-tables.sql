-- An event is written once, into aldis.event, under a number that follows the order of commits, without gaps: whoever appends to a topic has its lock until the commit.
-- A group that keeps up owns no row per event: a row of aldis.claim stands for a whole batch that a receiver holds, and the newest one says how far events were handed
-- out. Only what leaves that path (a retry, a lost lease, a dead letter) gets a row of its own, with a copy of the event, in aldis.delivery.
-- No row is changed again and again: a transaction that stays open for hours, anywhere, keeps dead rows from being cleaned away, and everything here is found without
-- walking over them.

CREATE TABLE IF NOT EXISTS aldis.schema (
    version int NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid()  -- tells these tables from those of another server
);

CREATE TABLE IF NOT EXISTS aldis.topic (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    last bigint NOT NULL DEFAULT 0,             -- every event up to this number is deleted
    keyed boolean NOT NULL DEFAULT false        -- whether an event with a key was ever published on it
);

CREATE TABLE IF NOT EXISTS aldis.event (
    topic int NOT NULL,
    number bigint NOT NULL,
    id uuid NOT NULL,
    type text,                                  -- null: the topic's name
    source text NOT NULL,
    time bigint NOT NULL,                       -- 100 ns since 0001-01-01, UTC
    key text COLLATE "C",
    content_type text,                          -- null: application/json
    headers text,                               -- null: none; else lines of name:value
    body bytea NOT NULL,
    PRIMARY KEY (topic, number)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.5);

CREATE TABLE IF NOT EXISTS aldis.grp (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic int NOT NULL,
    name text COLLATE "C" NOT NULL,
    floor bigint NOT NULL,                      -- every event up to this number was handed out and settled
    worker int,                                 -- the owner of a private group, which is forgotten with it; null: not private
    UNIQUE (topic, name)
) WITH (fillfactor = 20);

CREATE TABLE IF NOT EXISTS aldis.worker (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host text NOT NULL,                         -- this boot of a machine, and the space of process ids
    process int NOT NULL,
    started bigint NOT NULL,                    -- tells a process from another that got its id later
    lease_until timestamptz NOT NULL
) WITH (fillfactor = 20);

CREATE TABLE IF NOT EXISTS aldis.claim (
    grp int NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    token bigint NOT NULL,                      -- the fencing token: chosen at random by the receiver, for one call
    worker int NOT NULL,
    receiver bigint NOT NULL,
    settled varbit NOT NULL,                    -- one bit for each event from first to last
    remaining int NOT NULL,                     -- how many are not set
    PRIMARY KEY (grp, last)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE IF NOT EXISTS aldis.delivery (
    row bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grp int NOT NULL,
    state smallint NOT NULL,                    -- 0 waiting, 1 leased, 2 dead, 3 parked behind one of its key, 4 dead and holding its key
    number bigint NOT NULL,                     -- the event's in its topic: the order of a key
    due timestamptz NOT NULL,
    attempts int NOT NULL,
    lost int NOT NULL DEFAULT 0,                -- leases lost since it last came to a verdict
    token bigint,                               -- the fencing token of its lease
    worker int,
    receiver bigint,
    died bigint,                                -- 100 ns since 0001-01-01, UTC
    reason text,
    error text,
    place text,                                 -- of a dead letter: the machine and the process that gave it up
    id uuid NOT NULL,
    type text,
    source text NOT NULL,
    time bigint NOT NULL,
    key text COLLATE "C",
    content_type text,
    headers text,
    body bytea NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX IF NOT EXISTS delivery_waiting ON aldis.delivery (grp, due, number) WHERE state = 0;
CREATE INDEX IF NOT EXISTS delivery_leased ON aldis.delivery (worker, receiver) WHERE state = 1;
CREATE INDEX IF NOT EXISTS delivery_dead ON aldis.delivery (died, row) WHERE state IN (2, 4);
CREATE INDEX IF NOT EXISTS delivery_key ON aldis.delivery (grp, key, state, number) WHERE key IS NOT NULL AND state <> 2;

CREATE SEQUENCE IF NOT EXISTS aldis.adopted;    -- the order of what a ledger adopts

CREATE TABLE IF NOT EXISTS aldis.inbox (
    grp text COLLATE "C" NOT NULL,              -- the group's name
    id uuid NOT NULL,                           -- the event it has handled
    until timestamptz NOT NULL,                 -- then it may be forgotten
    PRIMARY KEY (grp, id)
);
CREATE INDEX IF NOT EXISTS inbox_until ON aldis.inbox (until);

CREATE TABLE IF NOT EXISTS aldis.schedule (     -- what is to be published later, and what a transaction of the user has published (the outbox): due at once
    row bigint GENERATED ALWAYS AS IDENTITY,
    due timestamptz NOT NULL,
    topic text COLLATE "C" NOT NULL,
    id uuid PRIMARY KEY,
    type text,
    source text NOT NULL,
    time bigint NOT NULL,
    key text COLLATE "C",
    content_type text,
    headers text,
    body bytea NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX IF NOT EXISTS schedule_due ON aldis.schedule (due, row);

CREATE TABLE IF NOT EXISTS aldis.timetable (
    name text COLLATE "C" PRIMARY KEY,
    slot bigint NOT NULL                        -- the newest that was taken, 100 ns since 0001-01-01, UTC
);

-- The clock of leases, delays and the inbox: the server's, the same for everybody.
CREATE OR REPLACE FUNCTION aldis.moment() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT clock_timestamp() $$;
