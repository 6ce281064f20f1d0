using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Aldis.Signals;

namespace Aldis;

/// <summary>
/// Finds leaks: remembers, for every connection to a signal and subscription to a subject that is made while it runs, the place in the
/// program that made it, until it ends. What is left in <see cref="Open"/> when everything should be over was never disposed.
/// </summary>
/// <remarks>
/// For tests and for the search of a leak: while one runs, each Connect and Subscribe in the process takes down a stack trace, which costs
/// some ten microseconds. When none runs, nothing is paid but one comparison. Safe for any thread; several may run at a time.
/// </remarks>
public sealed class ConnectionTracker : IDisposable
{
    private static volatile ConnectionTracker[] _running = [];
    private static readonly Lock Changing = new();

    private readonly ConcurrentDictionary<Tracked, (string Source, string Place)> _open = new();

    private ConnectionTracker()
    {
    }

    /// <summary>What is connected still, by source and place, the most numerous first.</summary>
    public IReadOnlyList<OpenConnections> Open
        => [.. _open.Values.GroupBy(made => made)
            .Select(made => new OpenConnections(made.Key.Source, made.Key.Place, made.Count()))
            .OrderByDescending(made => made.Count).ThenBy(made => made.Place, StringComparer.Ordinal)];

    /// <summary>Begins to track connections that are made from now on, in the whole process.</summary>
    /// <returns>The tracker; dispose it to stop.</returns>
    public static ConnectionTracker Start()
    {
        var tracker = new ConnectionTracker();
        lock (Changing)
        {
            _running = [.. _running, tracker];
        }

        return tracker;
    }

    /// <summary>Stops tracking and forgets.</summary>
    public void Dispose()
    {
        lock (Changing)
        {
            _running = [.. _running.Where(other => other != this)];
        }

        _open.Clear();
    }

    /// <summary>One line for each place; empty when nothing is open.</summary>
    public override string ToString()
        => Open.Aggregate(new StringBuilder(), (text, open) => text.AppendLine(open.ToString())).ToString();

    /// <summary>Takes down a connection to a signal or subject; disposing the result says that it has ended. Null when no tracker runs.</summary>
    internal static IDisposable? Watch(object source) => _running is { Length: > 0 } running ? new Tracked(running, source) : null;

    private static string Place()
    {
        // A frame names its assembly with version, culture and key; in a program compiled to machine code with the version alone.
        var ownAssembly = typeof(ConnectionTracker).Assembly.GetName().Name + ",";
        foreach (var frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            if (DiagnosticMethodInfo.Create(frame) is { } method && !method.DeclaringAssemblyName.StartsWith(ownAssembly, StringComparison.Ordinal))
            {
                var file = frame.GetFileName() is { } name ? $" in {name}:line {frame.GetFileLineNumber()}" : "";
                return $"{method.DeclaringTypeName}.{method.Name}{file}";
            }
        }

        return "an unknown place";
    }

    private sealed class Tracked : IDisposable
    {
        private readonly ConnectionTracker[] _trackers;

        public Tracked(ConnectionTracker[] trackers, object source)
        {
            _trackers = trackers;
            var made = (source.ToString()!, Place());
            Array.ForEach(trackers, tracker => tracker._open.TryAdd(this, made));
        }

        public void Dispose() => Array.ForEach(_trackers, tracker => tracker._open.TryRemove(this, out _));
    }
}
