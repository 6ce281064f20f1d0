namespace Aldis.Sqlite;

/// <summary>
/// The time that leases and delays are written in, in milliseconds. All processes on the machine share it, and setting the wall clock does not
/// move it: it is the machine's monotonic clock, tied to the wall clock once in each boot, when the file is first opened.
/// </summary>
internal sealed class FileClock
{
    private readonly TimeProvider _time;
    private readonly long _offset;

    private FileClock(TimeProvider time, long offset) => (_time, _offset) = (time, offset);

    /// <summary>The time now.</summary>
    public long Now => _offset + Monotonic(_time);

    /// <summary>Ties the clock, or finds how another process has tied it.</summary>
    public static FileClock Open(Database database, TimeProvider time, string? boot)
    {
        var offset = time.GetUtcNow().ToUnixTimeMilliseconds() - Monotonic(time);
        if (time != TimeProvider.System || boot is null)
        {
            return new FileClock(time, offset);
        }

        using var insert = new Statement(database, "INSERT INTO aldis_clock (boot, offset) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
        using var select = new Statement(database, "SELECT offset FROM aldis_clock WHERE boot = ?1");
        insert.Bind(1, boot).Bind(2, offset).Run();
        return new FileClock(time, select.Bind(1, boot).Scalar() ?? offset);
    }

    private static long Monotonic(TimeProvider time) => (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds;
}
