using System.Data.Common;
using System.Text;
using Aldis.Errors;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>Statements on one row, which goes to the database as JSON and is made a row of the table's types there.</summary>
internal sealed class RowCommand(DbTransaction transaction, TableName table, IReadOnlyList<string> key, ColumnNames columns)
{
    private readonly NpgsqlTransaction _transaction = transaction as NpgsqlTransaction
        ?? throw new AldisException(new Fault(ErrorCodes.ForeignTransaction, $"The transaction is a {transaction?.GetType().Name ?? "null"}.", Remedy: "Begin it on an NpgsqlConnection."));

    private string Given => $"WITH given AS (SELECT * FROM jsonb_populate_record(NULL::{table.Quoted}, $1::jsonb))";

    private string SameKey => string.Join(" AND ", key.Select(Identifier.Quote).Select(column => $"t.{column} = given.{column}"));

    /// <summary>The row by the names of its columns, and which are given.</summary>
    public (string Row, IReadOnlyList<string> Columns) Columns(byte[] json, bool dropNulls)
    {
        var (row, names) = RowBody.ToColumns(json, columns);
        return (Encoding.UTF8.GetString(row), dropNulls ? RowBody.WithValues(row) : names);
    }

    public async ValueTask<byte[]> InsertAsync(string row, IReadOnlyList<string> given, CancellationToken cancel)
    {
        var list = string.Join(", ", given.Select(Identifier.Quote));
        var insert = given.Count == 0 ? "DEFAULT VALUES" : $"({list}) SELECT {list} FROM given";
        return (await QueryAsync($"{Given} INSERT INTO {table.Quoted} AS t {insert} RETURNING to_jsonb(t)::text", cancel, row).ConfigureAwait(false))![0];
    }

    public async ValueTask<byte[]> UpdateAsync(string row, IReadOnlyList<string> given, CancellationToken cancel)
    {
        var set = string.Join(", ", given.Except(key).Select(Identifier.Quote).Select(column => $"{column} = given.{column}"));
        return (await QueryAsync($"{Given} UPDATE {table.Quoted} AS t SET {set} FROM given WHERE {SameKey} RETURNING to_jsonb(t)::text", cancel, row).ConfigureAwait(false))![0];
    }

    public async ValueTask DeleteAsync(string row, CancellationToken cancel)
        => await QueryAsync($"{Given} DELETE FROM {table.Quoted} AS t USING given WHERE {SameKey} RETURNING 'x'", cancel, row).ConfigureAwait(false);

    /// <summary>Locks the row, and gives it as it is and as it is to become, both as the database writes them; null where there is none.</summary>
    public async ValueTask<(byte[] Old, byte[] New)?> LockAsync(string row, IReadOnlyList<string> given, CancellationToken cancel)
    {
        var text = $"""
            {Given} SELECT to_jsonb(t)::text, (to_jsonb(t) || (SELECT coalesce(jsonb_object_agg(key, value), jsonb_build_object()) FROM jsonb_each(to_jsonb(given)) WHERE key = ANY ($2)))::text
            FROM {table.Quoted} AS t, given WHERE {SameKey} FOR UPDATE OF t
            """;
        return await QueryAsync(text, cancel, row, given.ToArray()).ConfigureAwait(false) is [var old, var @new] ? (old, @new) : null;
    }

    private string ReasonIn(string message)
    {
        var beginning = CheckScript.Beginning(table);
        return message.StartsWith(beginning, StringComparison.Ordinal) ? message[beginning.Length..].TrimEnd('.') : message;
    }

    private async ValueTask<byte[][]?> QueryAsync(string text, CancellationToken cancel, params object[] values)
    {
        var command = new NpgsqlCommand(text, _transaction.Connection, _transaction);
        await using (command.ConfigureAwait(false))
        {
            foreach (var value in values)
            {
                command.Parameters.Add(value is string[] names ? new NpgsqlParameter<string[]> { TypedValue = names } : new NpgsqlParameter<string> { TypedValue = (string)value });
            }

            try
            {
                var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    return await reader.ReadAsync(cancel).ConfigureAwait(false)
                        ? [.. Enumerable.Range(0, reader.FieldCount).Select(field => Encoding.UTF8.GetBytes(reader.GetString(field)))]
                        : null;
                }
            }
            catch (PostgresException error) when (error.SqlState == CheckScript.RefusedState)
            {
                throw new RowRefusedException(table.ToString(), error.ConstraintName, ReasonIn(error.MessageText), error);
            }
        }
    }
}
