using Npgsql;

namespace Aldis.PostgreSql;

/// <summary>Makes what connections come from.</summary>
internal static class Sources
{
    /// <summary>A data source with a pool of its own. It holds no connection until one is asked for.</summary>
    /// <param name="address">Where the server is.</param>
    /// <param name="change">Changes what the connection string says, beyond what the address leaves open; null for nothing.</param>
    public static NpgsqlDataSource Open(ServerAddress address, Action<NpgsqlConnectionStringBuilder>? change = null)
    {
        var said = address.ToBuilder();
        said.ApplicationName ??= DeadLetter.Here;
        said.Enlist = false;
        change?.Invoke(said);

        // The slim builder has only what is asked for, so that a program as machine code has no more either.
        var builder = new NpgsqlSlimDataSourceBuilder(said.ConnectionString);
        builder.EnableArrays();
        builder.EnableTransportSecurity();
        return builder.Build();
    }

    /// <summary>Says what the options say.</summary>
    public static void Fit(NpgsqlConnectionStringBuilder said, PostgreSqlOptions options)
    {
        said.Timeout = (int)Math.Ceiling(options.ConnectTimeout.TotalSeconds);
        said.CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds);

        // A server that does not answer does not take a cancellation either.
        said.CancellationTimeout = -1;
        said.NoResetOnClose = true;
        said.MaxAutoPrepare = options.TransactionPooling ? 0 : 64;
        said.AutoPrepareMinUsages = 2;
        if (!options.TransactionPooling)
        {
            ReadCommitted(said);
        }

        said.RootCertificate = options.TrustedRoots ?? said.RootCertificate;
    }

    /// <summary>Whatever a database's own level is: what is written here counts on this one.</summary>
    public static void ReadCommitted(NpgsqlConnectionStringBuilder said) => said.Options = $"{said.Options} -c default_transaction_isolation=read\\ committed".TrimStart();
}
