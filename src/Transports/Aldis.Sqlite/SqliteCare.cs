using Aldis.Errors;
using Aldis.Sqlite;

namespace Aldis;

/// <summary>
/// Tools for the file of the SQLite transport: check, save, back up, compact, count. They work while buses use the file, and block until they are through:
/// with a large file that is minutes. Each throws an <see cref="AldisException"/> where the file cannot be read (ALD2001, ALD2002, ALD2003, ALD2006).
/// </summary>
public static class SqliteCare
{
    private static readonly TimeSpan _lockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Looks for damage: that of the file, as SQLite sees it, and that of the queue, as Aldis does. Changes nothing.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AldisException">Also ALD2008: it is of an earlier version.</exception>
    public static SqliteCheck Check(string path)
    {
        try
        {
            using var database = OpenCurrent(path);
            return Checker.Run(database);
        }
        catch (TransportException error) when (error.Fault.Code == ErrorCodes.DatabaseDamaged)
        {
            return new SqliteCheck([error.Fault.Why ?? error.Message]);
        }
    }

    /// <summary>Counts what is in the file. All figures are of one moment.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AldisException">Also ALD2008: it is of an earlier version.</exception>
    public static SqliteStatistics ReadStatistics(string path)
    {
        using var database = OpenCurrent(path);
        return StatisticsQuery.Read(database, Path.GetFullPath(path));
    }

    /// <summary>Copies the file as it is at one moment, with what is in its log, while others go on writing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">The copy, which must not be there; its folder is made where there is none. It appears when it is complete.</param>
    /// <exception cref="AldisException">Also ALD2011: the target is there already.</exception>
    public static void BackUp(string path, string target)
    {
        using var source = OpenReader(path);
        Make(target, source.CopyTo);
    }

    /// <summary>
    /// Writes the file anew without its free room, and prepares it to shrink by itself under buses that are started from then on. Others can read meanwhile and wait with writing; needs up
    /// to twice as much room on the disk as the file has: for a copy, and for the log that this is written through.
    /// </summary>
    /// <param name="path">The file.</param>
    public static void Compact(string path)
    {
        using var database = Open(path);
        Require(database, path);
        database.Execute("PRAGMA synchronous = FULL; PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
        database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>
    /// Saves what can be read of a damaged file into a new one: topics, groups and where they stand, events, retries, dead letters, what is scheduled, what the
    /// inbox remembers. What a worker held is delivered again. A bus opens the new file as it would have opened the old one. Stop all buses on the damaged file
    /// first, and keep it. Where the tables do not lead to their rows any more, the pages are read one by one; that takes as much memory as the file has bytes.
    /// </summary>
    /// <param name="path">The damaged file. It is not changed.</param>
    /// <param name="target">The new file, which must not be there. It appears when it is complete.</param>
    /// <returns>What was saved, and what could not be read.</returns>
    /// <exception cref="AldisException">Also ALD2011: the target is there already. ALD2006, ALD2001: no event can be found in it.</exception>
    public static SqliteSalvage Salvage(string path, string target)
    {
        RequireFile(path);
        SqliteSalvage? saved = null;
        Make(target, part => saved = Salvager.Run(Path.GetFullPath(path), part));
        return saved!;
    }

    private static Database OpenReader(string path) => OpenReader(path, oldest: 1);

    /// <summary>Opens a file whose tables are as this version has them: in others it would look for what is not there.</summary>
    private static Database OpenCurrent(string path) => OpenReader(path, oldest: Schema.Version);

    private static Database OpenReader(string path, int oldest)
    {
        var database = Open(path);
        try
        {
            database.Execute("PRAGMA query_only = ON");
            Require(database, path, oldest);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static Database Open(string path)
    {
        RequireFile(path);
        return Database.Open(Path.GetFullPath(path), _lockTimeout);
    }

    private static void RequireFile(string path)
    {
        if (!File.Exists(path))
        {
            throw new AldisException(new Fault(ErrorCodes.FileNotWritable, $"There is no file {path}.", "Nothing is made by looking at it.", "Name the file of a bus."));
        }
    }

    private static void Require(Database database, string path, int oldest = 1)
    {
        var version = Schema.Check(database, path, shareFile: true);
        if (version == 0)
        {
            throw new AldisException(new Fault(ErrorCodes.NotAnAldisDatabase, $"The file is not an Aldis database: {path}.", "It has no tables of Aldis."));
        }

        if (version < oldest)
        {
            throw new AldisException(new Fault(ErrorCodes.DatabaseFailed, $"The database was written by an earlier version of Aldis: {path}.",
                $"Its schema has version {version}; this version looks at {Schema.Version}.",
                "Start a bus on it once, which brings it up to date; or use the version of Aldis that wrote it."));
        }
    }

    /// <summary>Makes a file under another name first, so that nobody takes half of it for the whole.</summary>
    private static void Make(string target, Action<string> make)
    {
        var (whole, part) = (Path.GetFullPath(target), Path.GetFullPath(target) + "-part");
        if (File.Exists(whole))
        {
            throw new AldisException(new Fault(ErrorCodes.TargetExists, $"The target is there already: {target}."));
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
            File.Delete(part);
            make(part);
            File.Move(part, whole);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AldisException(new Fault(ErrorCodes.FileNotWritable, $"The target cannot be written: {target}.", error.Message), error);
        }
        finally
        {
            foreach (var leftover in new[] { part, part + "-wal", part + "-shm" }.Where(File.Exists))
            {
                File.Delete(leftover);
            }
        }
    }
}
