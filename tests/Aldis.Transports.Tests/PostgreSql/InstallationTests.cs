using Aldis.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>The tables are made once, by whoever may, and looked at by everybody.</summary>
public sealed class InstallationTests
{
    [Fact]
    public async Task Many_who_start_at_the_same_time_make_the_tables_once()
    {
        var options = Postgres.Options((await Postgres.SharedAsync()).Uri);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var transport = await StartAsync(options);
        }));
        Assert.Equal(1, await Postgres.CountAsync(options.Connection, $"SELECT count(*) FROM {options.Schema}.schema"));
        await Postgres.DropAsync(options);
    }

    [Fact]
    public async Task The_script_can_be_applied_again_and_again()
    {
        var options = Postgres.Options((await Postgres.SharedAsync()).Uri) with { Install = false };
        for (var time = 0; time < 2; time++)
        {
            await Postgres.ExecuteAsync(options.Connection, PostgreSqlScript.Text(options.Schema));
        }

        await using var transport = await StartAsync(options);
        await Postgres.DropAsync(options);
    }

    [Fact]
    public async Task What_is_missing_and_may_not_be_made_is_said()
    {
        var options = Postgres.Options((await Postgres.SharedAsync()).Uri) with { Install = false };
        var error = await Assert.ThrowsAnyAsync<AldisException>(() => StartAsync(options));
        Assert.Equal("ALD2403", error.Code);
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_refused()
    {
        var options = Postgres.Options((await Postgres.SharedAsync()).Uri);
        await Postgres.ExecuteAsync(options.Connection, PostgreSqlScript.Text(options.Schema));
        await Postgres.ExecuteAsync(options.Connection, $"UPDATE {options.Schema}.schema SET version = {Script.Version + 1}");
        var error = await Assert.ThrowsAnyAsync<AldisException>(() => StartAsync(options));
        Assert.Equal("ALD2404", error.Code);
        await Postgres.DropAsync(options);
    }

    /// <summary>A program that may do nothing but work with the tables works.</summary>
    [Fact]
    public async Task A_user_with_the_least_rights_can_work()
    {
        var server = await Postgres.SharedAsync();
        var options = Postgres.Options(server.Uri) with { Install = false };
        var user = options.Schema;
        await Postgres.ExecuteAsync(server.Uri, PostgreSqlScript.Text(options.Schema) + $"""
            CREATE ROLE {user} LOGIN PASSWORD 'least';
            GRANT USAGE ON SCHEMA {options.Schema} TO {user};
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {options.Schema} TO {user};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA {options.Schema} TO {user};
            """);
        var handled = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using (var bus = await Postgres.StartAsync(options with { Connection = new UriBuilder(server.Uri) { UserName = user, Password = "least" }.Uri.ToString() }, handled))
        {
            await bus.PublishAsync(new Failures.Noted("may"));
            await Sqlite.Until.TrueAsync(() => !handled.IsEmpty);
        }

        await Postgres.DropAsync(options);
        await Postgres.ExecuteAsync(server.Uri, $"DROP ROLE {user}");
    }

    /// <summary>Who waits for a lock must see what was committed meanwhile, whatever a database begins its transactions with.</summary>
    [Fact]
    public async Task Another_isolation_of_transactions_is_changed_or_where_a_proxy_decides_refused()
    {
        await using var database = await TemporaryDatabase.MakeAsync();
        await Postgres.ExecuteAsync(database.Uri, $"ALTER DATABASE {new Uri(database.Uri).AbsolutePath[1..]} SET default_transaction_isolation TO 'repeatable read'");
        await using (var transport = await StartAsync(Postgres.Options(database.Uri)))
        {
            Assert.Equal("read committed", await transport.Engine.Server.ScalarAsync<string>(new Call("SELECT current_setting('transaction_isolation')")));
        }

        var error = await Assert.ThrowsAnyAsync<AldisException>(() => StartAsync(Postgres.Options(database.Uri) with { TransactionPooling = true }));
        Assert.Equal("ALD2402", error.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a$b")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_schema_that_cannot_be_is_refused(string schema)
    {
        Assert.Contains(new PostgreSqlOptions { Connection = "postgres://localhost/d", Schema = schema }.Validate(), fault => fault.Code.Id == "ALD1304");
        Assert.Throws<AldisException>(() => PostgreSqlScript.Text(schema));
    }

    /// <summary>What a proxy for transactions does not give is not used: the whole suite runs without.</summary>
    [Fact]
    public async Task Without_prepared_statements_and_listening_events_come_all_the_same()
    {
        var options = Postgres.Options((await Postgres.SharedAsync()).Uri) with { TransactionPooling = true };
        var handled = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using (var bus = await Postgres.StartAsync(options, handled))
        {
            for (var number = 0; number < 20; number++)
            {
                await bus.PublishAsync(new Failures.Noted($"{number}"));
            }

            await Sqlite.Until.TrueAsync(() => handled.Count == 20);
        }

        await Postgres.DropAsync(options);
    }

    private static async Task<PostgreSqlTransport> StartAsync(PostgreSqlOptions options)
    {
        var transport = new PostgreSqlTransport(options, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }
}
