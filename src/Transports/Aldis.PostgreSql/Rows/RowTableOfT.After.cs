using Aldis.Errors;
using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>What is told after a change is committed, through the bus.</summary>
public sealed partial class RowTable<T>
{
    private readonly Dictionary<string, RowGroup<T>> _groups = new(StringComparer.Ordinal);
    private EventBusBuilder? _bus;

    /// <summary>Handles rows that have come into the table, whoever put them there. For each row in the order of commits; different rows in parallel, where the group's concurrency allows.</summary>
    /// <param name="handler">The handler. What it throws is retried; what it publishes on its context goes out with the acknowledgement.</param>
    /// <param name="group">The group: every group gets every change. Default: the topic's name. In one group, a kind of change has one handler.</param>
    /// <param name="options">How the group is run; said once for a group. Default: what <c>bus.ForGroup</c> says.</param>
    public RowTable<T> AfterInsert(Func<RowInsert<T>, EventContext, ValueTask> handler, string? group = null, SubscriptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        GroupOf(group, options).Handle(RowKinds.Insert, (change, context) => handler(new RowInsert<T>(change.New!), context));
        return this;
    }

    /// <summary>Handles rows that have been changed, whoever did it. For each row in the order of commits; different rows in parallel, where the group's concurrency allows.</summary>
    /// <inheritdoc cref="AfterInsert"/>
    public RowTable<T> AfterUpdate(Func<RowUpdate<T>, EventContext, ValueTask> handler, string? group = null, SubscriptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        GroupOf(group, options).Handle(RowKinds.Update, (change, context) => handler(new RowUpdate<T>(change.Old!, change.New!, change.Changed), context));
        return this;
    }

    /// <summary>Handles rows that have left the table, whoever took them out. For each row in the order of commits; different rows in parallel, where the group's concurrency allows.</summary>
    /// <inheritdoc cref="AfterInsert"/>
    public RowTable<T> AfterDelete(Func<RowDelete<T>, EventContext, ValueTask> handler, string? group = null, SubscriptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        GroupOf(group, options).Handle(RowKinds.Delete, (change, context) => handler(new RowDelete<T>(change.Old!), context));
        return this;
    }

    /// <summary>Becomes a table of a bus: its changes are events there, and its handlers are subscribed.</summary>
    internal void Join(EventBusBuilder bus)
    {
        if (_bus is not null)
        {
            throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"The {this} are those of a bus already.", Remedy: "Describe the table again for another bus."));
        }

        _bus = bus.AddEvent<RowChange<T>>(_topic);
        foreach (var group in _groups.Values)
        {
            group.Subscribe(bus);
        }
    }

    /// <inheritdoc/>
    TableName IRowTable.Name => _name;

    /// <inheritdoc/>
    RowPlan IRowTable.Plan => Plan;

    /// <inheritdoc/>
    async ValueTask IRowTable.PublishAsync(IEventBus bus, RawChange change, CancellationToken cancel)
    {
        var options = new PublishOptions { Id = change.Id, Key = change.Key, WhenFull = WhenFull.Wait };
        await bus.PublishAsync(new RowChange<T>(RowBody.Of(change, _columns)), options, cancel).ConfigureAwait(false);
    }

    private RowGroup<T> GroupOf(string? name, SubscriptionOptions? options)
    {
        name ??= _topic;
        if (_groups.TryGetValue(name, out var known))
        {
            return options is null ? known : throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"The options of the group '{name}' for the {this} come with a later handler.",
                "A group has one way to be run.", "Give them with the first handler of the group, or with bus.ForGroup."));
        }

        var group = new RowGroup<T>(name, options, this);
        _groups.Add(name, group);
        if (_bus is not null)
        {
            group.Subscribe(_bus);
        }

        return group;
    }
}
