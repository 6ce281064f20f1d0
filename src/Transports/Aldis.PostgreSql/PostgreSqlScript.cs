using Aldis.Errors;
using Aldis.PostgreSql;

namespace Aldis;

/// <summary>The tables and functions of Aldis as a script, for whoever may make them where the program itself may not (<see cref="PostgreSqlOptions.Install"/>).</summary>
public static class PostgreSqlScript
{
    /// <summary>
    /// The script, for <c>psql</c> or any other client: one transaction, which can be applied again and again. The program then needs <c>USAGE</c> on the schema and its sequence,
    /// <c>EXECUTE</c> on its functions, and <c>SELECT, INSERT, UPDATE, DELETE</c> on its tables.
    /// </summary>
    /// <param name="schema">The schema.</param>
    /// <exception cref="AldisException">ALD1304: that is not a name.</exception>
    public static string Text(string schema = "aldis")
        => Script.Check(schema, "The schema") is { } fault ? throw new AldisException(fault) : $"BEGIN;\n{new Script(schema).Text}COMMIT;\n";
}
