using Aldis.Errors;
using SQLitePCL;

namespace Aldis.Sqlite;

/// <summary>Turns what SQLite says into an error for people.</summary>
internal static class SqliteFault
{
    /// <summary>The error behind a result code.</summary>
    public static TransportException Explain(int result, int extended, string message, string path, Exception? inner)
    {
        var code = result switch
        {
            raw.SQLITE_FULL => ErrorCodes.DiskFull,
            raw.SQLITE_NOTADB => ErrorCodes.NotAnAldisDatabase,
            raw.SQLITE_CORRUPT => ErrorCodes.DatabaseDamaged,
            raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => ErrorCodes.FileNotWritable,
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => ErrorCodes.DatabaseBusy,
            _ => ErrorCodes.DatabaseFailed,
        };
        return new TransportException(new Fault(code, $"{code.Title}: {path}.", $"SQLite says: {message} ({extended})."), inner: inner);
    }

    /// <summary>
    /// The error of a COMMIT. A failed write or fsync leaves doubt: the end of the transaction may be in the log all the same, and be found there
    /// when the file is next opened. A full disk or a lock leaves none.
    /// </summary>
    public static TransportException OfCommit(TransportException error)
        => error.Fault.Code == ErrorCodes.DiskFull || error.Fault.Code == ErrorCodes.DatabaseBusy
            ? error
            : new TransportException(error.Fault, mayBeStored: true, error);

    /// <summary>Whether the fault lies in the file or the machine, so that no other write would fare better. A damaged page concerns those who come to it.</summary>
    public static bool ConcernsAll(TransportException error)
        => error.Fault.Code == ErrorCodes.DiskFull || error.Fault.Code == ErrorCodes.DatabaseBusy || error.Fault.Code == ErrorCodes.FileNotWritable;
}
