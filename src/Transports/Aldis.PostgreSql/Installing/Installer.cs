using Aldis.Errors;
using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>Sees to it that the tables are there, in the version that this code works with.</summary>
internal static class Installer
{
    /// <summary>Looks, and makes them where they are missing and may be made. Several who do so at the same time wait for each other.</summary>
    /// <exception cref="AldisException">ALD2403 or ALD2404: they are missing, or newer.</exception>
    public static async ValueTask RunAsync(NpgsqlConnection connection, Script script, PostgreSqlOptions options, CancellationToken cancel)
    {
        var version = await FindAsync(connection, script, cancel).ConfigureAwait(false);
        if (version < Script.Version && options.Install)
        {
            await InstallAsync(connection, script, cancel).ConfigureAwait(false);
            version = await FindAsync(connection, script, cancel).ConfigureAwait(false);
        }

        Check(version, script.Schema);
        await CheckIsolationAsync(connection, cancel).ConfigureAwait(false);
    }

    /// <summary>Who has waited for a lock must see what was committed meanwhile. Connections ask for that, but for those through a proxy, which decides itself.</summary>
    private static async ValueTask CheckIsolationAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        using var isolation = new NpgsqlCommand("SELECT current_setting('transaction_isolation')", connection);
        if (await isolation.ExecuteScalarAsync(cancel).ConfigureAwait(false) is string level and not "read committed")
        {
            throw new AldisException(new Fault(ErrorCodes.PostgreSqlRefused, "The server begins transactions in a way with which events would be handed out twice.",
                $"Their isolation is '{level}'; the bus needs 'read committed'.", "Set default_transaction_isolation to 'read committed' for the user of the bus: ALTER ROLE … SET."));
        }
    }

    /// <summary>The version of the tables; 0 where there are none.</summary>
    private static async ValueTask<int> FindAsync(NpgsqlConnection connection, Script script, CancellationToken cancel)
    {
        using var exists = new NpgsqlCommand($"SELECT to_regclass({Identifier.Literal($"{script.Quoted}.schema")}) IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancel).ConfigureAwait(false) is not true)
        {
            return 0;
        }

        using var version = new NpgsqlCommand($"SELECT coalesce(max(version), 0) FROM {script.Quoted}.schema", connection);
        return (int)(await version.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
    }

    /// <summary>All of it, or nothing: several statements in one message are one transaction.</summary>
    private static async ValueTask InstallAsync(NpgsqlConnection connection, Script script, CancellationToken cancel)
    {
        using var install = new NpgsqlCommand(script.Text, connection);
        await install.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    private static void Check(int version, string schema)
    {
        if (version > Script.Version)
        {
            throw new AldisException(new Fault(ErrorCodes.PostgreSqlNewerSchema, $"The schema '{schema}' was made by a newer version of Aldis.",
                $"It has version {version}; this version knows {Script.Version}."));
        }

        if (version < Script.Version)
        {
            throw new AldisException(new Fault(ErrorCodes.PostgreSqlNotInstalled,
                version == 0 ? $"The schema '{schema}' has no tables of Aldis." : $"The schema '{schema}' was made by an earlier version of Aldis.",
                $"It has version {version}; this version needs {Script.Version}."));
        }
    }
}
