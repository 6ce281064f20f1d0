namespace Aldis.Sqlite;

/// <summary>The batches that workers hold: one row for many events. Its token is never used again; a settlement that names a token that is gone is refused.</summary>
internal sealed class ClaimTable : Table
{
    private const int NumberBits = 20;

    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Statement _delete;
    private readonly Statement _find;
    private readonly Statement _ofWorker;
    private readonly Statement _deleteOf;
    private readonly Statement _ofGroup;
    private readonly Database _database;

    public ClaimTable(Database database) : base(database)
    {
        _database = database;
        _insert = Prepare("INSERT INTO aldis_claim (grp, worker, first, last, settled) VALUES (?1, ?2, ?3, ?4, ?5)");
        _update = Prepare("UPDATE aldis_claim SET settled = ?2 WHERE token = ?1");
        _delete = Prepare("DELETE FROM aldis_claim WHERE token = ?1");
        _find = Prepare("SELECT grp, first, last, settled FROM aldis_claim WHERE token = ?1");
        _ofWorker = Prepare("SELECT token FROM aldis_claim WHERE worker = ?1");
        _ofGroup = Prepare("SELECT token FROM aldis_claim WHERE grp = ?1");
        _deleteOf = Prepare("DELETE FROM aldis_claim WHERE grp = ?1");
    }

    /// <summary>Claims a range for a worker and gives its token.</summary>
    public long Insert(long group, long worker, long first, long last, ReadOnlySpan<byte> settled)
    {
        _insert.Bind(1, group).Bind(2, worker).Bind(3, first).Bind(4, last).Bind(5, settled).Run();
        return SQLitePCL.raw.sqlite3_last_insert_rowid(_database.Handle);
    }

    /// <summary>The first of a million numbers that were never given out before, in this process or another, above all of these.</summary>
    public long Numbers()
    {
        var token = Insert(0, 0, 0, 0, []);
        Delete(token);
        return token << NumberBits;
    }

    /// <summary>Notes what is settled; false where the claim is lost.</summary>
    public bool Update(long token, ReadOnlySpan<byte> settled) => _update.Bind(1, token).Bind(2, settled).Run() == 1;

    /// <summary>Ends a claim; false where it is lost.</summary>
    public bool Delete(long token) => _delete.Bind(1, token).Run() == 1;

    /// <summary>Ends all claims of a group.</summary>
    public void DeleteOf(long group) => _deleteOf.Bind(1, group).Run();

    /// <summary>The claim as it stands, or null where it is gone.</summary>
    public (long Group, long First, long Last, byte[] Settled)? Find(long token)
    {
        if (!_find.Bind(1, token).Read())
        {
            return null;
        }

        var found = (_find.Int64(0), _find.Int64(1), _find.Int64(2), _find.Bytes(3));
        _find.Reset();
        return found;
    }

    public List<long> TokensOf(long worker) => Tokens(_ofWorker.Bind(1, worker));

    public List<long> TokensOfGroup(long group) => Tokens(_ofGroup.Bind(1, group));

    private static List<long> Tokens(Statement query)
    {
        var tokens = new List<long>();
        while (query.Read())
        {
            tokens.Add(query.Int64(0));
        }

        return tokens;
    }
}
