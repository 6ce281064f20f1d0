using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>Begins the description of a table of PostgreSQL whose rows are events.</summary>
public static class RowTable
{
    /// <summary>Describes a table, for a program that makes its triggers, or writes its rows, without a bus. A bus takes it with <c>bus.Rows(table)</c>.</summary>
    /// <typeparam name="T">The row: a plain record whose members are the columns, for example <c>UpdatedAt</c> for <c>updated_at</c>.</typeparam>
    /// <param name="table">The name of the table, as it stands in the database. Quoting is not your business.</param>
    /// <param name="schema">Its schema. Default: <c>public</c>.</param>
    /// <exception cref="AldisException">ALD1304: no name of PostgreSQL is like that.</exception>
    public static RowTable<T> Of<T>(string table, string schema = TableName.DefaultSchema) where T : class => new(TableName.Of(table, schema));
}
