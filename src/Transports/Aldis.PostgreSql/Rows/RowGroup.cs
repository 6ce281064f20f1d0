using Aldis.Errors;

namespace Aldis.PostgreSql.Rows;

/// <summary>The handlers of a group for one table: a group gets all changes of a table in one stream, and so in their order.</summary>
internal sealed class RowGroup<T>(string name, SubscriptionOptions? options, object table) where T : class
{
    private readonly Dictionary<RowKinds, Func<RowChange<T>, EventContext, ValueTask>> _handlers = [];

    public void Handle(RowKinds kind, Func<RowChange<T>, EventContext, ValueTask> handler)
    {
        if (!_handlers.TryAdd(kind, handler))
        {
            throw new AldisException(new Fault(ErrorCodes.HandlerTwice, $"The group '{name}' has two handlers after {kind} for the {table}."));
        }
    }

    public void Subscribe(EventBusBuilder bus) => bus.Subscribe<RowChange<T>>(name, HandleAsync, options);

    private ValueTask HandleAsync(RowChange<T> change, EventContext context)
        => _handlers.TryGetValue(change.Kind, out var handler) ? handler(change, context) : ValueTask.CompletedTask;
}
