using System.Collections.Concurrent;

namespace Aldis.AotApp;

/// <summary>What handlers have seen.</summary>
internal sealed class Seen
{
    private readonly ConcurrentQueue<string> _lines = new();

    public void Add(string line) => _lines.Enqueue(line);

    /// <summary>Waits until so many lines are there, compares them in any order, and forgets them.</summary>
    public async Task ExpectAsync(params string[] lines)
    {
        await Check.EventuallyAsync($"{lines.Length} lines: {string.Join(", ", lines)}", () => Task.FromResult(_lines.Count >= lines.Length));
        Check.Lines(_lines.Order(StringComparer.Ordinal), [.. lines.Order(StringComparer.Ordinal)]);
        _lines.Clear();
    }
}
