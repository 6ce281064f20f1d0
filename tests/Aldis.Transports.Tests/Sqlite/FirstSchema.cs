namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Files as the first version of the schema had them.</summary>
internal static class FirstSchema
{
    private const string Tables = """
        CREATE TABLE aldis_schema (version INTEGER NOT NULL) STRICT;
        CREATE TABLE aldis_clock (boot TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE aldis_topic (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            last INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE aldis_group (
            id INTEGER PRIMARY KEY,
            topic INTEGER NOT NULL,
            name TEXT NOT NULL,
            cursor INTEGER NOT NULL,
            UNIQUE (topic, name)
        ) STRICT;
        CREATE TABLE aldis_event (
            position INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            type TEXT,
            source TEXT NOT NULL,
            time INTEGER NOT NULL,
            key TEXT,
            content_type TEXT,
            headers TEXT,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE aldis_worker (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            host TEXT NOT NULL,
            process INTEGER NOT NULL,
            started INTEGER NOT NULL,
            lease_until INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE aldis_claim (
            token INTEGER PRIMARY KEY AUTOINCREMENT,
            grp INTEGER NOT NULL,
            worker INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            settled BLOB NOT NULL
        ) STRICT;
        CREATE INDEX aldis_claim_group ON aldis_claim (grp, first);
        CREATE TABLE aldis_delivery (
            row INTEGER PRIMARY KEY,
            grp INTEGER NOT NULL,
            state INTEGER NOT NULL,
            due INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            lost INTEGER NOT NULL,
            epoch INTEGER NOT NULL DEFAULT 0,
            worker INTEGER,
            reason TEXT,
            error TEXT,
            id BLOB NOT NULL,
            type TEXT,
            source TEXT NOT NULL,
            time INTEGER NOT NULL,
            key TEXT,
            content_type TEXT,
            headers TEXT,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX aldis_delivery_waiting ON aldis_delivery (grp, due) WHERE state = 0;
        CREATE INDEX aldis_delivery_leased ON aldis_delivery (worker) WHERE state = 1;
        CREATE INDEX aldis_delivery_dead ON aldis_delivery (grp, due) WHERE state = 2;
        INSERT INTO aldis_schema VALUES (1);
        PRAGMA journal_mode = WAL;
        """;

    /// <summary>
    /// Four events and two groups. One has seen nothing. The other waits to try the first event again, holds the second as a worker that is gone,
    /// has given up the third and has not seen the fourth.
    /// </summary>
    private const string Rows = """
        INSERT INTO aldis_topic VALUES (7, 'noted', 4);
        INSERT INTO aldis_group VALUES (3, 7, 'behind', 0), (5, 7, 'ahead', 3);
        INSERT INTO aldis_event SELECT (7 << 40) | column1, randomblob(16), NULL, '/test', 0, NULL, NULL, NULL, CAST(json_object('text', column2) AS BLOB)
            FROM (VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'));
        INSERT INTO aldis_worker VALUES (9, 'another machine', 1, 1, 0);
        INSERT INTO aldis_claim VALUES (11, 5, 9, 2, 2, x'00');
        INSERT INTO aldis_delivery SELECT column1, 5, column2, 0, 1, 0, 1, NULL, column3, NULL, id, type, source, time, key, content_type, headers, body
            FROM (VALUES (1, 0, NULL), (3, 2, 'no use')) JOIN aldis_event ON position = (7 << 40) | column1;
        """;

    /// <summary>Makes a file that somebody has worked with.</summary>
    public static void Make(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Databases.Execute(file, Tables + Rows);
    }
}
