using Aldis.Errors;

namespace Aldis.Sqlite;

/// <summary>
/// Keeps the write-ahead log within its limit. SQLite empties it by itself, but only when nobody reads what is in it: a reader that stays makes it grow for
/// as long as it stays. Used on the writer's thread, outside of transactions.
/// </summary>
internal sealed class LogGuard(Database database, string path, long limit)
{
    /// <summary>How many commits to let pass before trying again to empty a log that could not be emptied: each try costs more the longer the log is.</summary>
    private const int Pause = 64;

    private readonly FileInfo _log = new(path + "-wal");
    private int _pause;

    /// <summary>Why nothing may be added now, or null.</summary>
    public TransportException? Refusal { get; private set; }

    /// <summary>Looks how long the log is, which costs a microsecond or two, and empties it when it is too long.</summary>
    public void Look()
    {
        if (Length() <= limit)
        {
            Refusal = null;
        }
        else if (_pause-- <= 0)
        {
            _pause = TryEmpty() ? 0 : Pause;
        }

        if (_pause > 0 && Length() > limit + limit / 2)
        {
            Refusal = new TransportException(new Fault(ErrorCodes.LogFull, $"The log of the database cannot be emptied: {path}.",
                $"Somebody reads it; it has {_log.Length} bytes, and {limit} are its limit."));
        }
    }

    /// <summary>Looks again at once, for somebody is turned away.</summary>
    public void Retry()
    {
        _pause = 0;
        Refusal = null;
        Look();
    }

    /// <summary>Moves what is in the log to the database, so that the next commit is written over it and needs no room on the disk.</summary>
    public void TryBeginAnew()
    {
        try
        {
            Checkpoint("RESTART");
        }
        catch (TransportException)
        {
            // It needs room itself when the database grows. The error that led here is the one to report.
        }
    }

    /// <summary>Moves all that is in the log to the database and cuts it off; false where somebody reads it.</summary>
    private bool TryEmpty()
    {
        try
        {
            return Checkpoint("TRUNCATE");
        }
        catch (TransportException)
        {
            // The next commit, or the next reader, has the same fault and reports it.
            return false;
        }
    }

    private bool Checkpoint(string mode)
    {
        using var checkpoint = new Statement(database, $"PRAGMA wal_checkpoint({mode})");
        var isBusy = !checkpoint.Read() || checkpoint.Int64(0) != 0;
        checkpoint.Reset();
        return !isBusy;
    }

    private long Length()
    {
        _log.Refresh();
        return _log.Exists ? _log.Length : 0;
    }
}
