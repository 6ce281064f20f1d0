using Aldis.Errors;

namespace Aldis.Sqlite;

/// <summary>
/// The tables. An event is written once, into <c>aldis_event</c>, at a position made of its topic and its number in the topic. A group that keeps
/// up owns no row per event: its cursor says how far events were handed out, and one row in <c>aldis_claim</c> stands for a whole batch that a
/// worker holds. Only what leaves that path (a retry, a lost lease, a dead letter) gets a row of its own, with a copy of the event, in
/// <c>aldis_delivery</c>. Until one that is handled slowly is settled, what comes behind it in its topic stays; one that waits to be tried again keeps nothing.
/// </summary>
internal static class Schema
{
    /// <summary>The version that this code writes.</summary>
    public const int Version = 5;

    /// <summary>The least SQLite without the WAL-reset defect (3.51.3).</summary>
    private const int OldestEngine = 3_051_003;

    /// <summary>A number is never given to a second group: a receiver whose private group was forgotten must not find another one in its place.</summary>
    private const string Groups = """
        CREATE TABLE aldis_group (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            topic INTEGER NOT NULL,
            name TEXT NOT NULL,
            cursor INTEGER NOT NULL,                   -- the number of the newest event that was handed out
            worker INTEGER,                            -- the owner of a private group, which is forgotten with it; null: not private
            UNIQUE (topic, name)
        ) STRICT;
        """;

    private const string Ledger = """

        CREATE TABLE aldis_inbox (
            grp TEXT NOT NULL,                         -- the group's name
            id BLOB NOT NULL,                          -- the event it has handled
            until INTEGER NOT NULL,                    -- file time, ms: then it may be forgotten
            PRIMARY KEY (grp, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX aldis_inbox_until ON aldis_inbox (until);
        CREATE TABLE aldis_schedule (
            row INTEGER PRIMARY KEY,
            clock INTEGER NOT NULL,                    -- 0: due is file time, ms; 1: due is wall clock, ms since 1970, UTC; 2: never, it is not what was stored
            due INTEGER NOT NULL,
            topic TEXT NOT NULL,
            id BLOB NOT NULL UNIQUE,
            type TEXT,
            source TEXT NOT NULL,
            time INTEGER NOT NULL,
            key TEXT,
            content_type TEXT,
            headers TEXT,
            body BLOB NOT NULL,
            sum INTEGER                                -- of all of the event; null: not known, it is of an earlier version
        ) STRICT;
        CREATE INDEX aldis_schedule_due ON aldis_schedule (clock, due);
        CREATE TABLE aldis_timetable (
            name TEXT PRIMARY KEY,
            slot INTEGER NOT NULL                      -- the newest that was taken, 100 ns since 0001-01-01, UTC
        ) STRICT, WITHOUT ROWID;
        """;

    private const string Tables = Groups + Ledger + """

        CREATE TABLE aldis_schema (version INTEGER NOT NULL) STRICT;
        CREATE TABLE aldis_clock (boot TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE aldis_topic (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            last INTEGER NOT NULL DEFAULT 0,           -- the number of its newest event
            keyed INTEGER NOT NULL DEFAULT 0           -- whether an event with a key was ever published on it
        ) STRICT;
        CREATE TABLE aldis_event (
            position INTEGER PRIMARY KEY,              -- topic << 40 | number
            id BLOB NOT NULL,                          -- 16 bytes, UUIDv7
            type TEXT,                                 -- null: the topic's name
            source TEXT NOT NULL,
            time INTEGER NOT NULL,                     -- 100 ns since 0001-01-01, UTC
            key TEXT,
            content_type TEXT,                         -- null: application/json
            headers TEXT,                              -- null: none; else lines of name:value
            body BLOB NOT NULL,
            sum INTEGER                                -- of all of the event; null: not known, it is of an earlier version
        ) STRICT;
        CREATE TABLE aldis_worker (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            host TEXT NOT NULL,                        -- this boot of this machine, and the space of process ids
            process INTEGER NOT NULL,
            started INTEGER NOT NULL,                  -- tells a process from another that got its id later
            lease_until INTEGER NOT NULL               -- file time, ms
        ) STRICT;
        CREATE TABLE aldis_claim (
            token INTEGER PRIMARY KEY AUTOINCREMENT,   -- the fencing token
            grp INTEGER NOT NULL,
            worker INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            settled BLOB NOT NULL                      -- one bit for each event from first to last
        ) STRICT;
        CREATE INDEX aldis_claim_group ON aldis_claim (grp, first);
        CREATE TABLE aldis_delivery (
            row INTEGER PRIMARY KEY,
            grp INTEGER NOT NULL,
            state INTEGER NOT NULL,                    -- 0 waiting, 1 leased, 2 dead, 3 parked behind one of its key, 4 dead and holding its key
            number INTEGER NOT NULL,                   -- the event's in its topic: the order of a key
            due INTEGER NOT NULL,                      -- file time, ms; of a dead letter: 100 ns since 0001-01-01, UTC
            attempts INTEGER NOT NULL,
            lost INTEGER NOT NULL,                     -- leases lost since it last came to a verdict
            epoch INTEGER NOT NULL DEFAULT 0,          -- begins at random, raised at each lease: the fencing token
            worker INTEGER,
            reason TEXT,
            error TEXT,
            place TEXT,                                -- of a dead letter: the machine and the process that gave it up; null: not known
            id BLOB NOT NULL,
            type TEXT,
            source TEXT NOT NULL,
            time INTEGER NOT NULL,
            key TEXT,
            content_type TEXT,
            headers TEXT,
            body BLOB NOT NULL,
            sum INTEGER                                -- of all of the event; null: not known, it is of an earlier version
        ) STRICT;
        CREATE INDEX aldis_delivery_leased ON aldis_delivery (worker) WHERE state = 1;
        """ + DeliveryIndexes;

    private const string DeliveryIndexes = """

        CREATE INDEX aldis_delivery_waiting ON aldis_delivery (grp, due, number) WHERE state = 0;
        CREATE INDEX aldis_delivery_dead ON aldis_delivery (grp, due) WHERE state IN (2, 4);
        CREATE INDEX aldis_delivery_died ON aldis_delivery (due) WHERE state IN (2, 4);
        CREATE INDEX aldis_delivery_key ON aldis_delivery (grp, key, state, number) WHERE key IS NOT NULL AND state <> 2;
        """ + FewDeliveries;

    /// <summary>Each claim asks for a suspect, among however many that wait, and a dead letter is looked for by its id, among however many that are dead.</summary>
    private const string FewDeliveries = """

        CREATE INDEX aldis_delivery_suspect ON aldis_delivery (grp, due, number) WHERE state = 0 AND lost > 0;
        CREATE INDEX aldis_delivery_dead_id ON aldis_delivery (id) WHERE state IN (2, 4);
        """;

    private const string IsCurrent = """

        UPDATE aldis_schema SET version = 5;
        """;

    /// <summary>What changes in a file of the first version.</summary>
    private const string FromVersion1 = $"""
        CREATE TEMP TABLE aldis_group_1 AS SELECT id, topic, name, cursor FROM aldis_group;
        DROP TABLE main.aldis_group;
        {Groups}
        INSERT INTO aldis_group (id, topic, name, cursor) SELECT id, topic, name, cursor FROM aldis_group_1;
        DROP TABLE aldis_group_1;
        """ + FromVersion2;

    /// <summary>
    /// What changes in a file of the second version. The events of its deliveries have no numbers any more, but all of them are older than what is
    /// published from now on; and which topics have keys is not known.
    /// </summary>
    private const string FromVersion2 = """
        ALTER TABLE aldis_topic ADD COLUMN keyed INTEGER NOT NULL DEFAULT 0;
        UPDATE aldis_topic SET keyed = 1;
        ALTER TABLE aldis_delivery ADD COLUMN place TEXT;
        ALTER TABLE aldis_delivery ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
        UPDATE aldis_delivery SET number = row - (SELECT max(row) FROM aldis_delivery);
        DROP INDEX aldis_delivery_waiting;
        DROP INDEX aldis_delivery_dead;
        """ + DeliveryIndexes + Ledger + """

        ALTER TABLE aldis_event ADD COLUMN sum INTEGER;
        ALTER TABLE aldis_delivery ADD COLUMN sum INTEGER;
        """ + IsCurrent;

    /// <summary>What changes in a file of the third version: the events that are there have no check sums.</summary>
    private const string FromVersion3 = """
        ALTER TABLE aldis_event ADD COLUMN sum INTEGER;
        ALTER TABLE aldis_delivery ADD COLUMN sum INTEGER;
        ALTER TABLE aldis_schedule ADD COLUMN sum INTEGER;
        """ + FromVersion4;

    /// <summary>What changes in a file of the fourth version.</summary>
    private const string FromVersion4 = FewDeliveries + IsCurrent;

    /// <summary>Refuses an engine that is known to lose data.</summary>
    public static void CheckEngine()
    {
        if (SQLitePCL.raw.sqlite3_libversion_number() < OldestEngine)
        {
            throw new AldisException(new Fault(ErrorCodes.EngineTooOld,
                $"The SQLite engine is version {SQLitePCL.raw.sqlite3_libversion().utf8_to_string()}; 3.51.3 is the oldest without a defect that can corrupt a file."));
        }
    }

    /// <summary>Looks at the file without changing it.</summary>
    /// <returns>The version of the tables; 0 where there are none.</returns>
    /// <exception cref="AldisException">ALD2001 or ALD2002: it belongs to another program, or to a newer version of this one.</exception>
    public static long Check(Database database, string path, bool shareFile)
    {
        // In one query, for another process may be making the tables between two.
        var ours = database.Scalar("SELECT max(name = 'aldis_schema') FROM sqlite_schema");
        if (ours != 1)
        {
            return ours is null || shareFile
                ? 0
                : throw new AldisException(new Fault(ErrorCodes.NotAnAldisDatabase, $"The file is not an Aldis database: {path}.",
                    "It is an SQLite database with tables of another program.",
                    "Name another file, or set SqliteOptions.ShareFile to add the tables of Aldis to it. Nothing was changed in it."));
        }

        var version = database.Scalar("SELECT version FROM aldis_schema");
        return version <= Version
            ? version.Value
            : throw new AldisException(new Fault(ErrorCodes.NewerSchema, $"The database was written by a newer version of Aldis: {path}.",
                $"Its schema has version {version}; this version knows {Version}."));
    }

    /// <summary>Makes the tables, or brings those of an earlier version up to date, unless another process was quicker. Either all of it happens or nothing.</summary>
    public static void Update(Database database, string path, bool shareFile)
    {
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            switch (Check(database, path, shareFile))
            {
                case 0:
                    database.Execute(Tables);
                    database.Execute($"INSERT INTO aldis_schema (version) VALUES ({Version})");
                    break;
                case 1:
                    database.Execute(FromVersion1);
                    break;
                case 2:
                    database.Execute(FromVersion2);
                    break;
                case 3:
                    database.Execute(FromVersion3);
                    break;
                case 4:
                    database.Execute(FromVersion4);
                    break;
            }

            database.Execute("COMMIT");
        }
        catch
        {
            if (database.InTransaction)
            {
                database.Execute("ROLLBACK");
            }

            throw;
        }
    }
}
