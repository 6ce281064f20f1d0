using Aldis.Errors;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>Runs the statements of a script, one after the other.</summary>
internal static class Scripts
{
    public static async ValueTask RunAsync(string connection, IReadOnlyList<string> statements, CancellationToken cancel)
    {
        var address = ServerAddress.TryParse(connection, out var parsed, out var why)
            ? parsed
            : throw new AldisException(new Fault(ErrorCodes.InvalidOption, "The connection string of a script cannot be read.", why));
        var source = Sources.Open(address);
        await using (source.ConfigureAwait(false))
        {
            var opened = await source.OpenConnectionAsync(cancel).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                await RunAsync(opened, statements, cancel).ConfigureAwait(false);
            }
        }
    }

    public static async ValueTask RunAsync(NpgsqlConnection connection, IReadOnlyList<string> statements, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(connection);
        foreach (var statement in statements)
        {
            var command = new NpgsqlCommand(statement, connection);
            await using (command.ConfigureAwait(false))
            {
                try
                {
                    await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
                }
                catch (PostgresException error) when (error.SqlState == RowScript.ForeignState)
                {
                    throw new AldisException(new Fault(ErrorCodes.RowsForeignObject, error.MessageText), error);
                }
                catch (PostgresException error) when (error.SqlState == RowScript.PartitionedState)
                {
                    throw new AldisException(RelayFault.Partitioned(error.MessageText), error);
                }
            }
        }
    }
}
