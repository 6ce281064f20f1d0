using Aldis.Errors;

namespace Aldis.Sqlite;

/// <summary>
/// Room on the disk that is kept for what lets go of events. A file beside the database has it; on a full disk it is deleted, so that the log can be moved to the
/// database and settlements have room. Nothing is published while the file is not there: else publishers would take that room as well. It is the file that tells
/// all processes how it stands. Used on the writer's thread.
/// </summary>
/// <param name="database">The database file.</param>
/// <param name="size">How much room, in bytes; 0 for none.</param>
internal sealed class DiskReserve(string database, long size)
{
    private readonly string _file = database + "-reserve";

    /// <summary>Why nothing may be published now, or null. Looks for the file, which costs a microsecond or two, and makes it where there is room again.</summary>
    public TransportException? Refusal() => size == 0 || File.Exists(_file) || TryMake() is not { } error ? null
        : new TransportException(new Fault(ErrorCodes.DiskFull, $"{ErrorCodes.DiskFull.Title}: {database}.",
            $"There is no room to keep for settlements: {error.Message}"), inner: error);

    /// <summary>Gives the room up.</summary>
    public void GiveUp()
    {
        try
        {
            File.Delete(_file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without it the full disk is what it would have been. The error that led here is the one to report.
        }
    }

    /// <summary>Has the file system give the room away for good; writing it would cost as much as it has bytes.</summary>
    private IOException? TryMake()
    {
        try
        {
            using var file = new FileStream(_file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = size, BufferSize = 0 });
            return null;
        }
        catch (IOException error)
        {
            // Another process may have been quicker.
            return File.Exists(_file) ? null : error;
        }
        catch (UnauthorizedAccessException)
        {
            // Whoever may write to the database and make no file beside it has no reserve.
            return null;
        }
    }
}
