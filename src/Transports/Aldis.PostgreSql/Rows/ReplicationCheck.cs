using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>Whether the database is set up to tell what it writes, before anything is read: a row that was logged without its old values cannot be told any more.</summary>
internal static class ReplicationCheck
{
    /// <exception cref="AldisException">ALD2601: something is missing. ALD1304: a table is partitioned.</exception>
    public static async ValueTask RunAsync(NpgsqlDataSource database, IReadOnlyList<IRowTable> tables, CancellationToken cancel)
    {
        foreach (var table in tables)
        {
            var command = database.CreateCommand("""
                SELECT EXISTS (SELECT FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid WHERE r.prrelid = to_regclass($1) AND p.pubname = $2),
                    EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND relreplident = 'f'),
                    EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $3),
                    EXISTS (SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind = 'p')
                """);
            await using (command.ConfigureAwait(false))
            {
                foreach (var text in new[] { table.Name.Quoted, table.Plan.Publication, table.Plan.Slot })
                {
                    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
                }

                var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    await reader.ReadAsync(cancel).ConfigureAwait(false);
                    if (reader.GetBoolean(3))
                    {
                        throw new AldisException(RelayFault.Partitioned(RowScript.PartitionedMessage(table.Name)));
                    }

                    var missing = !reader.GetBoolean(0) ? $"The publication {table.Plan.Publication} does not have the table {table.Name}."
                        : !reader.GetBoolean(1) ? $"The table {table.Name} has not REPLICA IDENTITY FULL, so the server does not tell what a row was."
                        : !reader.GetBoolean(2) ? $"There is no replication slot {table.Plan.Slot}."
                        : null;
                    if (missing is not null)
                    {
                        throw new AldisException(RelayFault.NotApplied(missing));
                    }
                }
            }
        }
    }
}
