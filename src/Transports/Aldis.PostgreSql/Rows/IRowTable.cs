namespace Aldis.PostgreSql.Rows;

/// <summary>A table as the relay sees it, whatever its rows are.</summary>
internal interface IRowTable
{
    TableName Name { get; }

    RowPlan Plan { get; }

    /// <summary>Publishes a change as an event of this table.</summary>
    ValueTask PublishAsync(IEventBus bus, RawChange change, CancellationToken cancel);
}
