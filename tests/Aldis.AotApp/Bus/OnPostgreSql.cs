using Npgsql;

namespace Aldis.AotApp.Bus;

/// <summary>The bus in a database: the one that <c>ALDIS_TEST_POSTGRESQL</c> names. Without it, only that a server that is away is no reason not to start.</summary>
internal static class OnPostgreSql
{
    public static async Task RunAsync()
    {
        if (Environment.GetEnvironmentVariable("ALDIS_TEST_POSTGRESQL") is not { Length: > 0 } uri)
        {
            await using var alone = await EventBus.StartAsync(bus => bus.UsePostgreSql("postgres://u:p@127.0.0.1:1/none"));
            Check.True(alone.IsAlive);
            return;
        }

        await BusWork.RunAsync(bus => bus.UsePostgreSql(Options(uri, "one")));
        await BusWork.RunTwoAsync(bus => bus.UsePostgreSql(Options(uri, "two")));
        await using var source = new NpgsqlSlimDataSourceBuilder(Plain(uri)).Build();
        await using var drop = source.CreateCommand($"DROP SCHEMA {Options(uri, "one").Schema} CASCADE; DROP SCHEMA {Options(uri, "two").Schema} CASCADE");
        await drop.ExecuteNonQueryAsync();
    }

    private static PostgreSqlOptions Options(string uri, string name) => new() { Connection = uri, Schema = $"aot_{Environment.ProcessId}_{name}" };

    private static string Plain(string uri)
    {
        var parts = new Uri(uri);
        var login = parts.UserInfo.Split(':');
        return new NpgsqlConnectionStringBuilder { Host = parts.Host, Port = parts.Port, Username = login[0], Password = login[1], Database = parts.AbsolutePath.Trim('/') }.ConnectionString;
    }
}
