#:project ../src/Transports/Aldis.PostgreSql
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Aldis;
using Npgsql;

// check_user before and log_user_update after an update of a row: for this program, for psql, for any client.
//   dotnet run samples/06-row-triggers.cs -- "postgres://user:password@127.0.0.1:5432/database"
if (args is not [var database])
{
    Console.Error.WriteLine("usage: 06-row-triggers postgres://user:password@host:port/database");
    return 1;
}

var told = Channel.CreateUnbounded<string>();
var running = new ConcurrentDictionary<int, int>();
var bothRun = new TaskCompletionSource();

// BEFORE, declared: compiled into a trigger function, so it holds for every client of the database.
// BEFORE, in C#: checked in this program's own commands.
// AFTER: durable, through the bus, for every change, whoever made it.
var users = RowTable.Of<User>("users")
    .Trim(user => user.Name).Lower(user => user.Email)
    .Require(user => user.Name).Pattern(user => user.Email, "^[^@ ]+@[^@ ]+$").Range(user => user.Age, 0, 150)
    .BeforeUpdate(CheckUser)
    .AfterUpdate(LogUserUpdate, "log", new SubscriptionOptions { Concurrency = 4, Inbox = new InboxOptions() });

await using var source = NpgsqlDataSource.Create(Words(database));
await ExecuteAsync("DROP TABLE IF EXISTS users");
await ExecuteAsync("CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, age int NOT NULL)");
await ExecuteAsync("INSERT INTO users VALUES (1, 'Ann', 'ann@example.org', 30), (2, 'Bob', 'bob@example.org', 40)");
await users.ApplyAsync(database);

await using (var bus = await EventBus.StartAsync(bus => bus.UseInMemory().UseRows(database).Rows(users)))
{
    Console.WriteLine("from the program:");
    await UpdateAsync(new User(1, " Anne ", "ANNE@example.org", 31));
    Console.WriteLine(await told.Reader.ReadAsync());
    await UpdateAsync(new User(1, "Anne", "anne@example.org", 29));
    await UpdateAsync(new User(1, "Anne", "nowhere", 32));

    Console.WriteLine("from psql:");
    await PsqlAsync("UPDATE users SET age = 200 WHERE id = 2");
    await PsqlAsync("UPDATE users SET name = ' Robert ', age = 39 WHERE id = 2");
    Console.WriteLine(await told.Reader.ReadAsync());

    // Three updates of each row, from two connections: a row's events follow one another, and those of the two rows run side by side.
    Console.WriteLine("side by side:");
    await Task.WhenAll(
        PsqlAsync("UPDATE users SET age = 50 WHERE id = 1; UPDATE users SET age = 51 WHERE id = 1; UPDATE users SET age = 52 WHERE id = 1"),
        PsqlAsync("UPDATE users SET age = 60 WHERE id = 2; UPDATE users SET age = 61 WHERE id = 2; UPDATE users SET age = 62 WHERE id = 2"));
    var lines = new List<string>();
    while (lines.Count < 6)
    {
        lines.Add(await told.Reader.ReadAsync());
    }

    lines.OrderBy(line => line.Split(' ')[2], StringComparer.Ordinal).ToList().ForEach(Console.WriteLine);
    Console.WriteLine($"both rows at once: {bothRun.Task.IsCompleted}");
}

await users.RemoveAsync(database);
await ExecuteAsync("DROP TABLE users");
return 0;

Veto? CheckUser(RowUpdate<User> update)
{
    Console.WriteLine($"check_user: {update.Old.Name}, {string.Join(" and ", update.Changed)} to be changed");
    return update.New.Age < update.Old.Age ? new Veto("nobody grows younger") : null;
}

async ValueTask LogUserUpdate(RowUpdate<User> update, EventContext context)
{
    // Never two events of one row at a time. The first of each row's three waits until the other row is at it as well.
    var id = update.New.Id;
    if (!running.TryAdd(id, id))
    {
        await told.Writer.WriteAsync($"two events of user {id} at once");
    }

    if (update.New.Age is 50 or 60)
    {
        if (running.Count == 2)
        {
            bothRun.TrySetResult();
        }

        await bothRun.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    running.TryRemove(id, out _);
    await told.Writer.WriteAsync($"log_user_update: user {id} {string.Join(", ", update.Changed)}: {update.Old.Name} {update.Old.Age} is now {update.New.Name} {update.New.Age}");
}

async Task UpdateAsync(User user)
{
    await using var connection = await source.OpenConnectionAsync();
    await using var transaction = await connection.BeginTransactionAsync();
    try
    {
        await users.UpdateAsync(transaction, user);
        await transaction.CommitAsync();
    }
    catch (RowRefusedException refused)
    {
        Console.WriteLine($"refused by {refused.Rule ?? "check_user"}: {refused.Reason}");
    }
}

async Task PsqlAsync(string sql)
{
    using var psql = Process.Start(new ProcessStartInfo("psql", [database, "-X", "-q", "-v", "VERBOSITY=terse", "-c", sql]) { RedirectStandardError = true })!;
    var error = await psql.StandardError.ReadToEndAsync();
    await psql.WaitForExitAsync();
    Console.Write(error);
}

async Task ExecuteAsync(string sql)
{
    await using var command = source.CreateCommand(sql);
    await command.ExecuteNonQueryAsync();
}

// Npgsql has words of its own for what the URI says.
static string Words(string uri)
{
    var (parsed, login) = (new Uri(uri), new Uri(uri).UserInfo.Split(':'));
    return $"Host={parsed.Host};Port={parsed.Port};Username={login[0]};Password={login[^1]};Database={parsed.AbsolutePath.Trim('/')}";
}

record User(int Id, string Name, string Email, int Age);
