using Aldis.Errors;

namespace Aldis.PostgreSql.Rows;

/// <summary>A table of the user.</summary>
internal readonly record struct TableName(string Schema, string Table)
{
    public const string DefaultSchema = "public";

    /// <summary>As it stands in SQL.</summary>
    public string Quoted => $"{Identifier.Quote(Schema)}.{Identifier.Quote(Table)}";

    /// <summary>The topic of its changes, unless another is said.</summary>
    public string Topic => Schema == DefaultSchema ? $"rows.{Table}" : $"rows.{Schema}.{Table}";

    /// <summary>Checks both names.</summary>
    public static TableName Of(string table, string schema)
        => (Identifier.Check(table, "The name of a table") ?? Identifier.Check(schema, "The name of a schema")) is { } fault ? throw new AldisException(fault) : new TableName(schema, table);

    /// <summary>For people, and for names of objects that belong to it.</summary>
    public override string ToString() => Schema == DefaultSchema ? Table : $"{Schema}.{Table}";
}
