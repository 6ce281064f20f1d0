using Aldis.Errors;
using Microsoft.Data.Sqlite;

namespace Aldis.Sqlite;

/// <summary>Finds the file, or makes it, and says clearly when that cannot be.</summary>
internal static class DatabaseFile
{
    /// <summary>The levels of PRAGMA synchronous, as SQLite numbers them.</summary>
    private const int Normal = 1;
    private const int Full = 2;

    /// <summary>How many pages may be looked at when a file is opened: 16 MiB.</summary>
    private const int MostPagesLookedAt = 4096;

    /// <summary>What is left of a log when it is emptied, in bytes: a log that has its length already is written faster.</summary>
    private const long JournalSize = 64 << 20;

    /// <summary>How often what another process keeps from being done is tried again.</summary>
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// Opens the connection that writes: every commit is on the disk before it is reported, unless the options say otherwise. Before that it checks the file and prepares it; afterwards
    /// others can open it. A file that is not ours is not changed. Only SQLite opens it: closing any other handle on it would take away the POSIX
    /// locks of every bus that this process has on the file (https://sqlite.org/howtocorrupt.html).
    /// </summary>
    public static Database OpenWriter(string path, SqliteOptions options)
    {
        MakeFolder(path);
        var database = Database.Open(path, options.LockTimeout, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Prepare(database, path, options);
            RequireSound(database, path);
            RequireDurability(database, path, options.Durability);
            database.Execute($"PRAGMA journal_size_limit = {Math.Min(JournalSize, options.LogLimit)}; PRAGMA temp_store = MEMORY");
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    public static Database OpenReader(string path, SqliteOptions options)
    {
        var database = Database.Open(path, options.LockTimeout);
        database.Execute("PRAGMA query_only = ON");
        return database;
    }

    private static void Prepare(Database database, string path, SqliteOptions options)
    {
        Schema.CheckEngine();
        var version = Schema.Check(database, path, options.ShareFile);
        if (version == 0)
        {
            database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        }

        RequireWal(database, path, options.LockTimeout);
        if (version < Schema.Version)
        {
            Schema.Update(database, path, options.ShareFile);
        }
    }

    /// <summary>
    /// Who writes to a damaged file damages more of it. A small file is looked at whole, which takes milliseconds; of a large one only what everything else depends
    /// on, so that a long backlog does not keep a process from starting: what is wrong with the rest is found when it is read.
    /// </summary>
    private static void RequireSound(Database database, string path)
    {
        string[] tables = database.Scalar("PRAGMA page_count") <= MostPagesLookedAt ? [""]
            : ["('aldis_schema')", "('aldis_topic')", "('aldis_group')", "('aldis_claim')", "('aldis_worker')", "('aldis_clock')"];
        foreach (var table in tables)
        {
            using var check = new Statement(database, $"PRAGMA quick_check{table}");
            if (check.Read() && check.Text(0) is not "ok" and var found)
            {
                throw new AldisException(new Fault(ErrorCodes.DatabaseDamaged, $"{ErrorCodes.DatabaseDamaged.Title}: {path}.", $"SQLite says: {found.ReplaceLineEndings("; ")}."));
            }

            check.Reset();
        }
    }

    /// <summary>An engine may be built to ignore what it is told: it says what it does.</summary>
    private static void RequireDurability(Database database, string path, SqliteDurability durability)
    {
        var level = durability == SqliteDurability.Durable ? Full : Normal;
        database.Execute($"PRAGMA synchronous = {level}");
        if (database.Scalar("PRAGMA synchronous") is var now && !(now >= level))
        {
            throw new AldisException(new Fault(ErrorCodes.NotDurable, $"The SQLite engine would not write durably to {path}.",
                $"PRAGMA synchronous is {now} and has to be {level} at least."));
        }
    }

    /// <summary>SQLite stays in another mode, without an error, where the file system cannot share memory: on most network shares.</summary>
    private static void RequireWal(Database database, string path, TimeSpan patience)
    {
        if (JournalMode(database, patience) != "wal")
        {
            throw new AldisException(new Fault(ErrorCodes.DatabaseFailed, $"The database file cannot be read or written: {path}.",
                "Its file system cannot keep a write-ahead log, which several processes share.", "Name a file on a disk of this machine."));
        }
    }

    /// <summary>
    /// Switches to the log and gives the mode that there is then. Where two processes do so at the same time on a new file, SQLite refuses one of them at once, without its usual patience.
    /// </summary>
    private static string JournalMode(Database database, TimeSpan patience)
    {
        for (var waited = TimeSpan.Zero; ; waited += _step)
        {
            try
            {
                using var switching = new Statement(database, "PRAGMA journal_mode = WAL");
                return switching.Read() ? switching.Text(0) : "";
            }
            catch (TransportException busy) when (busy.Fault.Code == ErrorCodes.DatabaseBusy && waited < patience)
            {
#pragma warning disable RS0030 // Nothing tells that the other process is through.
                Thread.Sleep(_step);
#pragma warning restore RS0030
            }
        }
    }

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, error.Message, error);
        }

        if (Directory.Exists(path))
        {
            throw NotWritable(path, "It is a folder.", null);
        }
    }

    private static AldisException NotWritable(string path, string why, Exception? error)
        => new(new Fault(ErrorCodes.FileNotWritable, $"The database file cannot be opened for writing: {path}.", why), error);
}
