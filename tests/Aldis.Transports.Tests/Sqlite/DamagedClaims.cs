namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Claims that cannot be taken over.</summary>
internal static class DamagedClaims
{
    /// <summary>A worker that is dead holds an event of a topic whose name is none.</summary>
    public const string OfDeadWorker = """
        BEGIN;
        INSERT INTO aldis_topic (id, name, last) VALUES (1000, 'no name!', 1);
        INSERT INTO aldis_group (id, topic, name, cursor) VALUES (1000, 1000, 'damaged', 1);
        INSERT INTO aldis_worker (id, host, process, started, lease_until) VALUES (1000, 'another machine', 1, 1, 0);
        INSERT INTO aldis_claim (grp, worker, first, last, settled) VALUES (1000, 1000, 1, 1, x'00');
        COMMIT;
        """;
}
