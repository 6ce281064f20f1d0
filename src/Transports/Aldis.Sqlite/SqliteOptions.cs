using Aldis.Errors;

namespace Aldis;

/// <summary>Where the durable queue lives and how it behaves.</summary>
public sealed record SqliteOptions
{
    /// <summary>What other programs take in the place of a path: here it would be a strange name of a file.</summary>
    private static readonly string[] _noPaths = ["sqlite:", "file:", ":memory:", "Data Source=", "DataSource=", "Filename="];

    /// <summary>The file; it is made, with its folder, where there is none. Beside it stand <c>-wal</c> and <c>-shm</c> while it is in use.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// How long a process may be silent before others take over the events it was handling. Renewed by itself while the process lives, however
    /// long a handler runs. A process that died on this machine is noticed within a second or two in any case. Default: 30 seconds.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the write lock of another process before a write fails with ALD2007. Default: 30 seconds.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a publish survives once it is complete. Each process decides for its own commits. Default: <see cref="SqliteDurability.Durable"/>.</summary>
    public SqliteDurability Durability { get; init; }

    /// <summary>
    /// How many bytes the write-ahead log may have before it is emptied by force. While somebody else reads it for so long that it cannot be emptied, nothing is
    /// published and handed out beyond one and a half times the limit (ALD2009), so that settlements have the rest of twice the limit. At least 1 MiB.
    /// Default: 256 MiB.
    /// </summary>
    public long LogLimit { get; init; } = 256L << 20;

    /// <summary>
    /// How many bytes of the disk are kept for settlements, in a file <c>-reserve</c> beside the database. On a full disk that room is given up: nothing is published
    /// then (ALD2005), and what is there can be handled and settled. It is kept anew, and publishing goes on, when there is room. All processes on a file share it. 0: none; then
    /// nothing may work on a full disk. Default: 8 MiB.
    /// </summary>
    public long DiskReserve { get; init; } = 8L << 20;

    /// <summary>
    /// How long events stay in the file, from their own time on, after every group is through with them. The shortest time of all processes that handle events from the file counts.
    /// Default: not at all.
    /// </summary>
    public TimeSpan KeepDone { get; init; }

    /// <summary>Whether Aldis may add its tables to a database that has tables of another program already. Default: false, so that a wrong path harms nobody.</summary>
    public bool ShareFile { get; init; }

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (string.IsNullOrWhiteSpace(Path) || Path.Contains('\0', StringComparison.Ordinal))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "SqliteOptions.Path is not the name of a file.", "It is empty, or has a NUL character.",
                "Name a file, for example events.db.");
        }
        else if (Array.Find(_noPaths, form => Path.StartsWith(form, StringComparison.OrdinalIgnoreCase)) is { } form)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqliteOptions.Path begins with '{form}'.", "It is the name of a file, and no URI, connection string or database in memory.",
                "Name a file, for example events.db. A URI such as sqlite:events.db is for bus.UseConnection with bus.AcceptSqlite(); a bus in memory is bus.UseInMemory().");
        }

        if (Lease < TimeSpan.FromSeconds(1))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqliteOptions.Lease is {Lease}.", "It must be at least 1 second.");
        }

        if (!Enum.IsDefined(Durability))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqliteOptions.Durability is {Durability}.", "There is no such level.");
        }

        if (LogLimit < 1 << 20)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqliteOptions.LogLimit is {LogLimit}.", "It must be at least 1048576 bytes.");
        }

        if (DiskReserve < 0)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqliteOptions.DiskReserve is {DiskReserve}.", "It must not be negative.");
        }

        if (KeepDone < TimeSpan.Zero)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqliteOptions.KeepDone is {KeepDone}.", "It must not be negative.");
        }

        if (LockTimeout < TimeSpan.Zero || LockTimeout.TotalMilliseconds > int.MaxValue)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"SqliteOptions.LockTimeout is {LockTimeout}.", "It must lie between zero and 24 days.");
        }
    }
}
