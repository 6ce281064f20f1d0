using Aldis.PostgreSql;
using Aldis.PostgreSql.Rows;
using Npgsql;

namespace Aldis;

/// <summary>What is made in the database for the table, and taken away.</summary>
public sealed partial class RowTable<T>
{
    private RowPlan Plan => new(_name, _keptIn)
    {
        Topic = _topic, Key = _key, Published = _published, Source = _source, Refusals = [.. _refusals], Adjustments = [.. _adjustments],
    };

    /// <summary>
    /// The script that makes the triggers, functions and tables, to be read, kept, or run by somebody else: <see cref="ApplyAsync(string, CancellationToken)"/> runs this very text.
    /// Running it again changes nothing; where a rule has changed, it makes the table's own triggers anew. What is in its place and was not made by Aldis it refuses to touch.
    /// </summary>
    public string Describe() => string.Join('\n', new RowScript(Plan).Apply);

    /// <summary>The script that takes away what Aldis has made for the table, and nothing else: <see cref="RemoveAsync(string, CancellationToken)"/> runs this very text.</summary>
    public string DescribeRemoval() => string.Join('\n', new RowScript(Plan).Remove);

    /// <summary>Runs the script that <see cref="Describe"/> shows.</summary>
    /// <param name="connection">An open connection of a role that owns the table and may create a schema, in no transaction.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="AldisException">ALD2604: something in its place was not made by Aldis. ALD1304: the table is partitioned, and logical replication is to tell of it. Nothing was changed.</exception>
    public ValueTask ApplyAsync(NpgsqlConnection connection, CancellationToken cancel = default) => Scripts.RunAsync(connection, new RowScript(Plan).Apply, cancel);

    /// <inheritdoc cref="ApplyAsync(NpgsqlConnection, CancellationToken)"/>
    /// <param name="connection">The database, as <c>postgres://user:password@host/database</c> or in the words of Npgsql.</param>
    /// <param name="cancel">Ends the wait.</param>
    public ValueTask ApplyAsync(string connection, CancellationToken cancel = default) => Scripts.RunAsync(connection, new RowScript(Plan).Apply, cancel);

    /// <summary>
    /// Runs the script that <see cref="DescribeRemoval"/> shows. Changes that wait to be published stay, and with them what all tables share; when they are published, another run takes that
    /// away as well.
    /// </summary>
    /// <inheritdoc cref="ApplyAsync(NpgsqlConnection, CancellationToken)"/>
    public ValueTask RemoveAsync(NpgsqlConnection connection, CancellationToken cancel = default) => Scripts.RunAsync(connection, new RowScript(Plan).Remove, cancel);

    /// <inheritdoc cref="RemoveAsync(NpgsqlConnection, CancellationToken)"/>
    /// <param name="connection">The database, as <c>postgres://user:password@host/database</c> or in the words of Npgsql.</param>
    /// <param name="cancel">Ends the wait.</param>
    public ValueTask RemoveAsync(string connection, CancellationToken cancel = default) => Scripts.RunAsync(connection, new RowScript(Plan).Remove, cancel);
}
