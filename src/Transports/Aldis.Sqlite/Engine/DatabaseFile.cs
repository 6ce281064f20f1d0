using Aldis.Errors;
using Microsoft.Data.Sqlite;

namespace Aldis.Sqlite;

/// <summary>Finds the file, or makes it, and says clearly when that cannot be.</summary>
internal static class DatabaseFile
{
    /// <summary>
    /// Opens the connection that writes: every commit is on the disk before it is reported. Before that it checks the file and prepares it; afterwards
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
            database.Execute("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY");
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

        RequireWal(database, path);
        if (version < Schema.Version)
        {
            Schema.Update(database, path, options.ShareFile);
        }
    }

    /// <summary>SQLite stays in another mode, without an error, where the file system cannot share memory: on most network shares.</summary>
    private static void RequireWal(Database database, string path)
    {
        using var switching = new Statement(database, "PRAGMA journal_mode = WAL");
        if (!switching.Read() || switching.Text(0) != "wal")
        {
            throw new AldisException(new Fault(ErrorCodes.DatabaseFailed, $"The database file cannot be read or written: {path}.",
                "Its file system cannot keep a write-ahead log, which several processes share.", "Name a file on a disk of this machine."));
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
