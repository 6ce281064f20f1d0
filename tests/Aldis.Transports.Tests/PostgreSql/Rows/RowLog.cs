using System.Collections.Concurrent;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.PostgreSql.Rows;

/// <summary>What a group was told of the users.</summary>
internal sealed class RowLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    public string[] Lines => [.. _lines];

    /// <summary>Notes all changes of a table.</summary>
    public RowTable<User> Watch(RowTable<User> users, SubscriptionOptions? options = null) => users
        .AfterInsert((insert, _) => Note($"+{insert.New.Id} {insert.New.Name}"), options: options)
        .AfterUpdate((update, _) => Note($"*{update.New.Id} {update.Old.Name}>{update.New.Name} {string.Join(',', update.Changed)}"))
        .AfterDelete((delete, _) => Note($"-{delete.Old.Id} {delete.Old.Name}"));

    public ValueTask Note(string line)
    {
        _lines.Enqueue(line);
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for so many lines, and gives them.</summary>
    public async Task<string[]> UntilAsync(int count)
    {
        await Until.TrueAsync(() => _lines.Count >= count, limit: TimeSpan.FromSeconds(20));
        return Lines;
    }
}
