using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Aldis.EntityFrameworkCore;

/// <summary>What was raised on a context itself. A context out of a pool is a new one with each lease: what was raised in an earlier one is forgotten.</summary>
internal static class ContextEvents
{
    private static readonly ConditionalWeakTable<DbContext, Lease> _leases = [];

    public static RaisedEvents Of(DbContext context)
    {
        if (Find(context) is { } known)
        {
            return known;
        }

        var events = new RaisedEvents();
        _leases.AddOrUpdate(context, new Lease(context.ContextId, events));
        return events;
    }

    /// <summary>Everything that waits for a save of the context: what was raised on it, then what its entities have raised.</summary>
    public static IReadOnlyList<RaisedEvents> Waiting(DbContext context)
    {
        var all = context.ChangeTracker.Entries<IRaiseEvents>().Select(entry => entry.Entity.Events);
        return [.. (Find(context) is { } own ? all.Prepend(own) : all).Where(events => events.Count > 0)];
    }

    private static RaisedEvents? Find(DbContext context) => _leases.TryGetValue(context, out var lease) && lease.Id == context.ContextId ? lease.Events : null;

    private sealed record Lease(DbContextId Id, RaisedEvents Events);
}
