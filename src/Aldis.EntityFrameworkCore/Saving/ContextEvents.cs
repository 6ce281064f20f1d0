using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Aldis.EntityFrameworkCore;

/// <summary>What was raised on a context itself.</summary>
internal static class ContextEvents
{
    private static readonly ConditionalWeakTable<DbContext, RaisedEvents> _events = [];

    public static RaisedEvents Of(DbContext context) => _events.GetOrCreateValue(context);

    /// <summary>Everything that waits for a save of the context: what was raised on it, then what its entities have raised.</summary>
    public static IReadOnlyList<RaisedEvents> Waiting(DbContext context)
    {
        var all = context.ChangeTracker.Entries<IRaiseEvents>().Select(entry => entry.Entity.Events);
        return [.. (_events.TryGetValue(context, out var own) ? all.Prepend(own) : all).Where(events => events.Count > 0)];
    }
}
