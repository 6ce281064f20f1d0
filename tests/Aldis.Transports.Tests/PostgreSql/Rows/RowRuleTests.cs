using Npgsql;

namespace Aldis.Transports.Tests.PostgreSql.Rows;

/// <summary>Declared rules hold for every client; checks in C# for the commands of this program.</summary>
public sealed class RowRuleTests
{
    private static RowTable<User> Users => RowTable.Of<User>("users").Trim(user => user.Name).Lower(user => user.Email).Stamp(user => user.UpdatedAt)
        .Require(user => user.Name).Range(user => user.Age, 0, 150, rule: "a human age").Pattern(user => user.Email, "^[^@]+@[^@]+$").Compare(user => user.Version, RowComparison.Greater);

    [Theory]
    [InlineData("INSERT INTO users (id, name) VALUES (2, NULL)", "users.name.required")]
    [InlineData("INSERT INTO users (id, name) VALUES (2, '  ')", "users.name.required")]
    [InlineData("INSERT INTO users (id, name, age) VALUES (2, 'Bob', 151)", "a human age")]
    [InlineData("INSERT INTO users (id, name, email) VALUES (2, 'Bob', 'nowhere')", "users.email.pattern")]
    [InlineData("UPDATE users SET age = -1, version = 2", "a human age")]
    [InlineData("UPDATE users SET age = 31", "users.version.compare")]
    [InlineData("UPDATE users SET age = 31, version = 0", "users.version.compare")]
    public async Task What_a_rule_forbids_no_client_can_write(string sql, string rule)
    {
        await using var database = await RowDatabase.MakeAsync();
        await Users.ApplyAsync(database.Uri);
        await database.RunAsync("INSERT INTO users (id, name, age) VALUES (1, 'Ann', 30)");
        var (exit, error) = await database.PsqlAsync(sql);
        Assert.NotEqual(0, exit);
        Assert.Contains("AL001: A row of users is refused", error, StringComparison.Ordinal);
        Assert.Contains($"CONSTRAINT NAME:  {rule}", error, StringComparison.Ordinal);
        Assert.Equal(1, await database.AskAsync<long>("SELECT count(*) FROM users WHERE age = 30 AND version = 1"));
    }

    [Fact]
    public async Task What_the_rules_let_pass_is_written_with_what_they_change()
    {
        await using var database = await RowDatabase.MakeAsync();
        await Users.ApplyAsync(database.Uri);
        var (exit, error) = await database.PsqlAsync("""
            INSERT INTO users (id, name, email, age) VALUES (1, '  Ann ', 'Ann@Example.ORG', NULL), (2, 'Bob', NULL, 150);
            UPDATE users SET version = version + 1 WHERE id = 1;
            """);
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal("Ann ann@example.org true", await database.AskAsync<string>("SELECT concat_ws(' ', name, email, (updated_at > now() - interval '1 minute')::text) FROM users WHERE id = 1"));
    }

    [Theory]
    [InlineData(RowComparison.Same, "1", "2")]
    [InlineData(RowComparison.Different, "2", "1")]
    [InlineData(RowComparison.Greater, "2", "1")]
    [InlineData(RowComparison.GreaterOrSame, "1", "0")]
    [InlineData(RowComparison.Less, "0", "1")]
    [InlineData(RowComparison.LessOrSame, "1", "2")]
    public async Task An_update_compares_the_new_value_with_the_old_one(RowComparison comparison, string passes, string isRefused)
    {
        await using var database = await RowDatabase.MakeAsync();
        await RowTable.Of<User>("users").Compare(user => user.Age, comparison).ApplyAsync(database.Uri);
        await database.RunAsync("INSERT INTO users (id, age) VALUES (1, 1)");
        await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync($"UPDATE users SET age = {isRefused}"));
        await database.RunAsync($"UPDATE users SET age = {passes}");
    }

    [Fact]
    public async Task A_table_can_be_one_that_is_only_added_to()
    {
        await using var database = await RowDatabase.MakeAsync();
        await RowTable.Of<User>("users").Forbid(RowKinds.Update | RowKinds.Delete).ApplyAsync(database.Uri);
        await database.RunAsync("INSERT INTO users (id) VALUES (1)");
        await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync("UPDATE users SET age = 1"));
        var error = await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync("DELETE FROM users"));
        Assert.Equal("users.forbidden", error.ConstraintName);
    }

    [Fact]
    public async Task The_commands_ask_the_checks_in_CSharp_and_then_the_rules()
    {
        await using var database = await RowDatabase.MakeAsync();
        var asked = new List<string>();
        var users = Users.BeforeUpdate(update =>
        {
            asked.Add($"{update.Old.Age}>{update.New.Age} {string.Join(',', update.Changed)}");
            return update.New.Age < update.Old.Age ? new Veto("nobody grows younger") : null;
        }).BeforeInsert(insert => insert.New.Id < 0 ? new Veto("ids are positive") : null).BeforeDelete(delete => delete.Old.Name == "Ann" ? new Veto("Ann stays") : null);
        await users.ApplyAsync(database.Uri);

        var ann = await DoAsync(transaction => users.InsertAsync(transaction, new User(1, " Ann ", "ANN@example.org", 30)));
        Assert.Equal(("Ann", "ann@example.org", 30), (ann.Name, ann.Email, ann.Age));
        Assert.NotNull(ann.UpdatedAt);
        Assert.Equal("ids are positive", (await RefusedAsync(transaction => users.InsertAsync(transaction, ann with { Id = -1 }))).Reason);

        var older = await DoAsync(transaction => users.UpdateAsync(transaction, ann with { Age = 31, Version = 2 }));
        Assert.Equal((31, 2), (older!.Age, older.Version));
        var veto = await RefusedAsync(transaction => users.UpdateAsync(transaction, older with { Age = 29, Version = 3 }));
        Assert.Equal(("users", null, "nobody grows younger"), (veto.Table, veto.Rule, veto.Reason));
        Assert.Equal("users.version.compare", (await RefusedAsync(transaction => users.UpdateAsync(transaction, older with { Age = 32 }))).Rule);
        Assert.Equal(["30>31 age,version", "31>29 age,version", "31>32 age"], asked);

        Assert.Equal("Ann stays", (await RefusedAsync(transaction => users.DeleteAsync(transaction, older))).Reason);
        Assert.Null(await DoAsync(transaction => users.UpdateAsync(transaction, older with { Id = 9 })));
        Assert.Null(await DoAsync(transaction => users.DeleteAsync(transaction, older with { Id = 9 })));

        // What no command of this program writes, its checks do not see.
        await database.RunAsync("UPDATE users SET age = 20, version = 3");
        Assert.Equal(3, asked.Count);

        async Task<T> DoAsync<T>(Func<NpgsqlTransaction, ValueTask<T>> act)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var result = await act(transaction);
            await transaction.CommitAsync();
            return result;
        }

        async Task<RowRefusedException> RefusedAsync<T>(Func<NpgsqlTransaction, ValueTask<T>> act)
            => await Assert.ThrowsAsync<RowRefusedException>(async () => await DoAsync(act));
    }
}
