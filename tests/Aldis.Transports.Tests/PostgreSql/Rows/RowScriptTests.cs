using Npgsql;

namespace Aldis.Transports.Tests.PostgreSql.Rows;

/// <summary>What is made in the database, and what is not touched there.</summary>
public sealed class RowScriptTests
{
    /// <summary>Everything that can be made, with the transaction that wrote it last.</summary>
    private const string Catalogue = """
        SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
            SELECT 't ' || oid || ' ' || xmin FROM pg_trigger UNION ALL SELECT 'p ' || oid || ' ' || xmin FROM pg_proc UNION ALL SELECT 'c ' || oid || ' ' || xmin FROM pg_class WHERE relname NOT LIKE 'pg_%'
            UNION ALL SELECT 'n ' || oid || ' ' || xmin FROM pg_namespace UNION ALL SELECT 'd ' || objoid || ' ' || description || ' ' || xmin FROM pg_description
            UNION ALL SELECT 'u ' || oid || ' ' || xmin FROM pg_publication UNION ALL SELECT 'r ' || oid || ' ' || xmin FROM pg_publication_rel
        ) AS all_of_it (line)
        """;

    private static readonly string[] _hostile = ["\"; DROP TABLE users; --", "o'clock\\", "$aldis$ $check$ $note$", "new\nline", "Tabelle für Ümläute", "select"];

    public static TheoryData<RowSource> Ways => [RowSource.Triggers, RowSource.LogicalReplication];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Applying_again_changes_nothing_and_removing_leaves_nothing(RowSource way)
    {
        await using var database = await RowDatabase.MakeAsync();
        var before = await database.AskAsync<string>(Catalogue);
        var users = Ruled().From(way);
        await users.ApplyAsync(database.Uri);
        var applied = await database.AskAsync<string>(Catalogue);
        Assert.NotEqual(before, applied);
        await users.ApplyAsync(database.Uri);
        Assert.Equal(applied, await database.AskAsync<string>(Catalogue));

        await users.RemoveAsync(database.Uri);
        await users.RemoveAsync(database.Uri);
        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname = 'aldis_rows'"));
        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"));
        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM pg_publication"));
        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"));
        Assert.Equal('d', await database.AskAsync<char>("SELECT relreplident FROM pg_class WHERE relname = 'users'"));
    }

    [Fact]
    public async Task What_is_described_is_what_is_run()
    {
        await using var database = await RowDatabase.MakeAsync();
        var users = Ruled();
        var (exit, error) = await database.PsqlAsync(users.Describe());
        Assert.Equal((0, ""), (exit, error));
        var described = await database.AskAsync<string>(Catalogue);
        await users.ApplyAsync(database.Uri);
        Assert.Equal(described, await database.AskAsync<string>(Catalogue));
        (exit, _) = await database.PsqlAsync(users.DescribeRemoval());
        Assert.Equal(0, exit);
        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"));
    }

    [Fact]
    public async Task A_rule_that_has_changed_takes_the_place_of_the_old_one()
    {
        await using var database = await RowDatabase.MakeAsync();
        await RowTable.Of<User>("users").Range(user => user.Age, 0, 10).ApplyAsync(database.Uri);
        await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync("INSERT INTO users (id, age) VALUES (1, 20)"));
        await RowTable.Of<User>("users").Range(user => user.Age, 0, 30).ApplyAsync(database.Uri);
        await database.RunAsync("INSERT INTO users (id, age) VALUES (1, 20)");
        await RowTable.Of<User>("users").ApplyAsync(database.Uri);
        await database.RunAsync("INSERT INTO users (id, age) VALUES (2, 200)");
        Assert.Equal(1, await database.AskAsync<long>("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"));
    }

    [Fact]
    public async Task What_others_have_made_is_left_alone()
    {
        await using var database = await RowDatabase.MakeAsync();
        await database.RunAsync("""
            CREATE FUNCTION mine() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER mine BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION mine();
            """);
        var users = Ruled();
        await users.ApplyAsync(database.Uri);
        await database.RunAsync("CREATE TABLE aldis_rows.theirs (id int)");
        await users.RemoveAsync(database.Uri);
        Assert.Equal("mine", await database.AskAsync<string>("SELECT string_agg(tgname, ' ') FROM pg_trigger WHERE NOT tgisinternal"));
        Assert.Equal("theirs", await database.AskAsync<string>("SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'aldis_rows'::regnamespace"));
    }

    [Theory]
    [InlineData("CREATE SCHEMA aldis_rows")]
    [InlineData("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER aldis_rows_after AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f()")]
    public async Task What_stands_in_its_place_is_refused_and_nothing_is_changed(string theirs)
    {
        await using var database = await RowDatabase.MakeAsync();
        await database.RunAsync(theirs);
        var before = await database.AskAsync<string>(Catalogue);
        var error = await Assert.ThrowsAsync<AldisException>(async () => await Ruled().ApplyAsync(database.Uri));
        Assert.Equal("ALD2604", error.Code);
        Assert.Equal(before, await database.AskAsync<string>(Catalogue));
        await Ruled().RemoveAsync(database.Uri);
        Assert.Equal(before, await database.AskAsync<string>(Catalogue));
    }

    [Fact]
    public async Task Removing_keeps_what_is_not_published_yet()
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = log.Watch(RowTable.Of<User>("users"));
        await users.ApplyAsync(database.Uri);
        await database.RunAsync("INSERT INTO users (id, name) VALUES (1, 'Ann')");
        await users.RemoveAsync(database.Uri);
        Assert.Equal(1, await database.AskAsync<long>("SELECT count(*) FROM aldis_rows.changes"));
    }

    /// <summary>Whatever names and texts have in them, they are names and texts.</summary>
    [Fact]
    public async Task Hostile_names_and_texts_are_quoted()
    {
        await using var database = await RowDatabase.MakeAsync();
        foreach (var (name, index) in _hostile.Select((name, index) => (name, index)))
        {
            var quoted = $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            await database.RunAsync($"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} ({quoted} text PRIMARY KEY, id int)");
            var log = new RowLog();
            var table = RowTable.Of<Odd>(name, name).Column(odd => odd.Name, name).Key(odd => odd.Name).On($"odd-{index}").KeptIn($"kept {name}")
                .Require(odd => odd.Name, rule: name).Pattern(odd => odd.Name, $"^(fine|{System.Text.RegularExpressions.Regex.Escape(name)})$").Compare(odd => odd.Name, RowComparison.Same)
                .Trim(odd => odd.Name).AfterInsert((insert, _) => log.Note(insert.New.Name));
            await table.ApplyAsync(database.Uri);
            await using (var bus = await EventBus.StartAsync(bus => bus.UseInMemory().UseRows(RowChangeTests.Options(database)).Rows(table)))
            {
                await database.RunAsync($"INSERT INTO {quoted}.{quoted} VALUES ('fine', 1)");
                Assert.Equal(["fine"], await log.UntilAsync(1));
                var refused = await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync($"INSERT INTO {quoted}.{quoted} VALUES (' ', 1)"));
                Assert.Equal(("AL001", name), (refused.SqlState, refused.ConstraintName));
                await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync($"INSERT INTO {quoted}.{quoted} VALUES ('other', 1)"));
            }

            await table.RemoveAsync(database.Uri);
        }

        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM users"));
        Assert.Equal(0, await database.AskAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'kept %'"));
    }

    /// <summary>A client needs no right on anything that Aldis has made, and the relay few.</summary>
    [Fact]
    public async Task The_rights_that_the_guide_lists_are_enough()
    {
        await using var database = await RowDatabase.MakeAsync();
        var log = new RowLog();
        var users = log.Watch(Ruled());
        await users.ApplyAsync(database.Uri);
        var suffix = Guid.CreateVersion7().ToString("N");
        await database.RunAsync($"""
            CREATE ROLE relay_{suffix} LOGIN PASSWORD 'relay';
            GRANT USAGE ON SCHEMA aldis_rows TO relay_{suffix};
            GRANT SELECT, UPDATE (fault), DELETE ON aldis_rows.changes TO relay_{suffix};
            CREATE ROLE client_{suffix};
            GRANT INSERT ON users TO client_{suffix};
            """);
        try
        {
            var options = RowChangeTests.Options(database) with { Connection = database.Uri.Replace($"aldis:{PostgresServer.Password}", $"relay_{suffix}:relay", StringComparison.Ordinal) };
            await using (var bus = await EventBus.StartAsync(bus => bus.UseInMemory().UseRows(options).Rows(users)))
            {
                await database.RunAsync($"SET ROLE client_{suffix}; INSERT INTO users (id, name) VALUES (1, 'Ann'); RESET ROLE");
                Assert.Equal(["+1 Ann"], await log.UntilAsync(1));
            }

            await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync($"""
                SET ROLE client_{suffix}; CREATE TEMP TABLE forged (id int);
                CREATE TRIGGER forge AFTER INSERT ON forged FOR EACH ROW EXECUTE FUNCTION aldis_rows.note('rows.users', 'id');
                """));
        }
        finally
        {
            await database.RunAsync($"DROP OWNED BY relay_{suffix}, client_{suffix}; DROP ROLE relay_{suffix}, client_{suffix}");
        }
    }

    private static RowTable<User> Ruled() => RowTable.Of<User>("users").Require(user => user.Name).Range(user => user.Age, 0, 150).Pattern(user => user.Email, "^[^@]+@[^@]+$")
        .Compare(user => user.Version, RowComparison.GreaterOrSame).Forbid(RowKinds.Delete).Trim(user => user.Name).Lower(user => user.Email).Stamp(user => user.UpdatedAt);

    private sealed record Odd(string Name, int? Id);
}
