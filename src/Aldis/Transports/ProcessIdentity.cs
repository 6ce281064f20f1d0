using System.ComponentModel;
using System.Globalization;
using SystemProcess = System.Diagnostics.Process;

namespace Aldis.Transports;

/// <summary>
/// A process, in a way that another one on the machine can check after it has died: so a store that several processes share takes over at once what a dead one
/// held, and need not wait for its lease to run out. Safe for any thread.
/// </summary>
public sealed class ProcessIdentity
{
    private ProcessIdentity(string? boot, string host, int process, long started) => (Boot, Host, Process, Started) = (boot, host, process, started);

    /// <summary>This process.</summary>
    public static ProcessIdentity Current { get; } = Read();

    /// <summary>This boot of this machine; null where the system does not tell.</summary>
    public string? Boot { get; }

    /// <summary>The boot and the space of process ids: two processes with the same host can see each other.</summary>
    public string Host { get; }

    /// <summary>The process id.</summary>
    public int Process { get; }

    /// <summary>When it started, in a unit of the system: tells it from a later process with the same id. 0 where that is not known.</summary>
    public long Started { get; }

    /// <summary>Whether a process certainly runs no more. False where that cannot be known from here: it may be on another machine.</summary>
    /// <param name="host">Its <see cref="Host"/>.</param>
    /// <param name="process">Its <see cref="Process"/>.</param>
    /// <param name="started">Its <see cref="Started"/>.</param>
    public bool IsGone(string host, int process, long started) => host == Host && started != 0 && IsOver(process, started);

    private static ProcessIdentity Read()
    {
        var boot = OperatingSystem.IsLinux() ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : null;
        var space = OperatingSystem.IsLinux() ? new FileInfo("/proc/self/ns/pid").LinkTarget ?? "" : Environment.MachineName;
        return new ProcessIdentity(boot, $"{boot} {space}", Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0);
    }

    /// <summary>What is not to be seen may live all the same: a /proc that is mounted with hidepid does not show the processes of other users.</summary>
    private static bool IsOver(int process, long started) => StartOf(process) is { } start ? start != started : !IsThere(process);

    /// <summary>When a process started, 0 for one that is a zombie, null where that is not to be seen.</summary>
    private static long? StartOf(int process)
    {
        try
        {
            return OperatingSystem.IsLinux() ? StartTicks(process) : StartTime(process);
        }
        catch (Exception error) when (error is IOException or ArgumentException or InvalidOperationException or UnauthorizedAccessException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Asks with a signal that does nothing, where there are signals: that tells of processes of other users, too.</summary>
    private static bool IsThere(int process)
    {
        try
        {
            using var found = SystemProcess.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Field 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold blanks and brackets, so counting begins behind it. A zombie is gone.</summary>
    private static long StartTicks(int process)
    {
        var stat = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    private static long StartTime(int process)
    {
        using var found = SystemProcess.GetProcessById(process);
        return found.StartTime.Ticks;
    }
}
