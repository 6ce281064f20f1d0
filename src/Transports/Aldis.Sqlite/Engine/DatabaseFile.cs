using Aldis.Errors;
using Microsoft.Data.Sqlite;

namespace Aldis.Sqlite;

/// <summary>Finds the file, or makes it, and says clearly when that cannot be.</summary>
internal static class DatabaseFile
{
    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>Checks and prepares the file; afterwards it can be opened. A file that is not ours is not changed.</summary>
    public static void Prepare(string path, SqliteOptions options)
    {
        MakeFolder(path);
        CheckMagic(path);
        using var database = Database.Open(path, options.LockTimeout, SqliteOpenMode.ReadWriteCreate);
        Schema.CheckEngine();
        var exists = Schema.Check(database, path, options.ShareFile);
        if (!exists)
        {
            database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        }

        database.Execute("PRAGMA journal_mode = WAL");
        if (!exists)
        {
            Schema.Create(database, path, options.ShareFile);
        }
    }

    /// <summary>Opens the connection that writes: every commit is on the disk before it is reported.</summary>
    public static Database OpenWriter(string path, SqliteOptions options)
    {
        var database = Database.Open(path, options.LockTimeout);
        database.Execute("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY");
        return database;
    }

    /// <summary>Opens a connection that only reads.</summary>
    public static Database OpenReader(string path, SqliteOptions options)
    {
        var database = Database.Open(path, options.LockTimeout);
        database.Execute("PRAGMA query_only = ON");
        return database;
    }

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, error);
        }
    }

    private static void CheckMagic(string path)
    {
        if (Directory.Exists(path))
        {
            throw new AldisException(new Fault(ErrorCodes.FileNotWritable, $"The database file cannot be opened for writing: {path}.", "It is a folder."));
        }

        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> head = stackalloc byte[Magic.Length];
            var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read > 0 && !head[..read].SequenceEqual(Magic))
            {
                throw new AldisException(new Fault(ErrorCodes.NotAnAldisDatabase, $"The file is not an Aldis database: {path}.",
                    "It does not begin as an SQLite database does."));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, error);
        }
    }

    private static AldisException NotWritable(string path, Exception error)
        => new(new Fault(ErrorCodes.FileNotWritable, $"The database file cannot be opened for writing: {path}.", error.Message), error);
}
