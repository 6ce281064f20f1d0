using System.Text;

namespace Aldis.Victim;

/// <summary>
/// What a process was told, and what it was about to ask for, a line each, in a file beside the database. Whoever records what the process writes to the disk so has
/// both in one order.
/// </summary>
internal sealed class Told(string database) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file = File.OpenHandle(
        Path.Combine(Path.GetDirectoryName(database)!, $"told-{Environment.ProcessId}"), FileMode.CreateNew, FileAccess.Write);
    private long _length;

    /// <summary>Says a word about events: a capital before it is asked for, a small letter when it is known to be done.</summary>
    public void Say(char word, IEnumerable<EventId> events)
    {
        var lines = Encoding.ASCII.GetBytes(string.Concat(events.Select(id => $"{word} {id}\n")));
        lock (_gate)
        {
            RandomAccess.Write(_file, lines, _length);
            _length += lines.Length;
        }
    }

    public void Dispose() => _file.Dispose();
}
