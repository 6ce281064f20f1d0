using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>Adds the rows of tables of PostgreSQL to a bus.</summary>
public static class RowsBuilderExtensions
{
    /// <summary>
    /// Says in which database the tables are whose rows are events of this bus. The transport can be another, and elsewhere. Default: the database of
    /// <c>UsePostgreSql</c>, or of <c>UsePostgreSqlLedger</c>.
    /// </summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">The database, and how its changes are taken.</param>
    public static EventBusBuilder UseRows(this EventBusBuilder bus, RowsOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        BusRows.Of(bus).Options = options;
        return bus;
    }

    /// <inheritdoc cref="UseRows(EventBusBuilder, RowsOptions)"/>
    /// <param name="bus">The bus.</param>
    /// <param name="connection">The database, as <c>postgres://user:password@host/database</c> or in the words of Npgsql.</param>
    public static EventBusBuilder UseRows(this EventBusBuilder bus, string connection) => bus.UseRows(new RowsOptions { Connection = connection });

    /// <summary>
    /// Makes the changes of a table events of this bus: <c>bus.Rows&lt;User&gt;("users").BeforeUpdate(check).AfterUpdate(log)</c>. The database is that of
    /// <c>UsePostgreSql</c> or <see cref="UseRows(EventBusBuilder, RowsOptions)"/>; its triggers are made by <c>ApplyAsync</c>, once, not by the bus.
    /// </summary>
    /// <typeparam name="T">The row: a plain record whose members are the columns, for example <c>UpdatedAt</c> for <c>updated_at</c>. A bus has one table for each type.</typeparam>
    /// <param name="bus">The bus.</param>
    /// <param name="table">The name of the table, as it stands in the database. Quoting is not your business.</param>
    /// <param name="schema">Its schema. Default: <c>public</c>.</param>
    /// <exception cref="AldisException">ALD1304: no name of PostgreSQL is like that.</exception>
    public static RowTable<T> Rows<T>(this EventBusBuilder bus, string table, string schema = TableName.DefaultSchema) where T : class
    {
        var described = new RowTable<T>(TableName.Of(table, schema));
        bus.Rows(described);
        return described;
    }

    /// <summary>Makes the changes of a table that is described already events of this bus.</summary>
    /// <typeparam name="T">The row.</typeparam>
    /// <param name="bus">The bus.</param>
    /// <param name="table">The table. It is that of one bus.</param>
    public static EventBusBuilder Rows<T>(this EventBusBuilder bus, RowTable<T> table) where T : class
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(table);
        table.Join(bus);
        BusRows.Of(bus).Add(table);
        return bus;
    }
}
