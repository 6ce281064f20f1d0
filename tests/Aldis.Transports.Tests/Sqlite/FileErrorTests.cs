namespace Aldis.Transports.Tests.Sqlite;

/// <summary>A file that cannot be used is refused with a code that says why, and is left as it was.</summary>
public sealed class FileErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Failure", "F06")]
    public async Task A_file_of_another_kind_is_refused_and_not_changed()
    {
        var file = _folder.File("letter.txt");
        await File.WriteAllTextAsync(file, "Dear reader, this is no database at all.");
        await RefusedAsync(file, "ALD2001");
        Assert.Equal("Dear reader, this is no database at all.", await File.ReadAllTextAsync(file));
        Figures.Print("F06", "a file of another kind: refused ALD2001, unchanged");
    }

    [Fact]
    [Trait("Failure", "F06")]
    public async Task A_database_of_another_program_is_refused_and_not_changed()
    {
        var file = _folder.File("shop.db");
        Databases.Execute(file, "CREATE TABLE product (id INTEGER PRIMARY KEY); INSERT INTO product VALUES (1)");
        var before = await File.ReadAllBytesAsync(file);
        await RefusedAsync(file, "ALD2001");
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
        Figures.Print("F06", "a database of another program: refused ALD2001, unchanged");
    }

    [Fact]
    public async Task A_database_of_another_program_can_be_shared_on_request()
    {
        var file = _folder.File("shop.db");
        Databases.Execute(file, "CREATE TABLE product (id INTEGER PRIMARY KEY); INSERT INTO product VALUES (1)");
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = file, ShareFile = true }).AddEvent<Ping>());
        Assert.Equal(Durability.Stored, (await bus.PublishAsync(new Ping())).Level);
    }

    [Fact]
    [Trait("Failure", "F10")]
    public async Task A_newer_schema_is_refused_and_not_changed()
    {
        var file = _folder.File("events.db");
        await using (await EventBus.StartAsync(bus => bus.UseSqlite(file)))
        {
        }

        Databases.Execute(file, "UPDATE aldis_schema SET version = version + 1; PRAGMA journal_mode = DELETE");
        var before = await File.ReadAllBytesAsync(file);
        await RefusedAsync(file, "ALD2002");
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
        Figures.Print("F10", "a newer file: refused ALD2002, unchanged");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_so()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "");
        await RefusedAsync(Path.Combine(_folder.File("file"), "events.db"), "ALD2003");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_said_so()
        => await RefusedAsync(OperatingSystem.IsLinux() ? "/proc/events.db" : Path.Combine(Environment.SystemDirectory, "events.db"), "ALD2003");

    [Fact]
    public async Task A_folder_instead_of_a_file_is_said_so() => await RefusedAsync(_folder.Path, "ALD2003");

    [Fact]
    [Trait("Failure", "F06")]
    public async Task An_empty_file_becomes_a_database()
    {
        var file = _folder.File("empty.db");
        await File.WriteAllBytesAsync(file, []);
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).AddEvent<Ping>());
        Assert.Equal(Durability.Stored, (await bus.PublishAsync(new Ping())).Level);
        Figures.Print("F06", "an empty file: becomes a database");
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_made()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(_folder.File("a/b/events.db")).AddEvent<Ping>());
        Assert.True(File.Exists(_folder.File("a/b/events.db")));
    }

    [Theory]
    [InlineData("", "ALD1304")]
    [InlineData("a\0b", "ALD1304")]
    [InlineData("sqlite:events.db", "ALD1304")]
    [InlineData(":memory:", "ALD1304")]
    [InlineData("Data Source=events.db", "ALD1304")]
    public async Task A_path_that_is_none_is_said_so(string path, string code) => await RefusedAsync(path, code);

    [Fact]
    public async Task A_connection_uri_with_parameters_is_refused()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => EventBus.StartAsync(bus => bus.AcceptSqlite().UseConnection("sqlite:events.db?durability=relaxed")).AsTask());
        Assert.Contains("ALD1304", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_wrong_options_are_all_listed()
    {
        var options = new SqliteOptions { Path = "", Lease = TimeSpan.Zero, LockTimeout = TimeSpan.FromSeconds(-1), DiskReserve = -1 };
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus => bus.UseSqlite(options)));
        Assert.Equal(4, error.Faults.Count);
    }

    [Theory]
    [InlineData("sqlite:{0}")]
    [InlineData("sqlite://{0}")]
    [InlineData("SQLite:{0}")]
    public async Task A_connection_uri_chooses_the_file(string uri)
    {
        var file = _folder.File("chosen.db");
        await using var bus = await EventBus.StartAsync(bus => bus
            .AcceptSqlite().UseConnection(uri.Replace("{0}", file, StringComparison.Ordinal)).AddEvent<Ping>());
        Assert.True(File.Exists(file));
    }

    private static async Task RefusedAsync(string path, string code)
    {
        var error = await Assert.ThrowsAnyAsync<AldisException>(async () => await EventBus.StartAsync(bus => bus.UseSqlite(path)));
        Assert.Equal(code, error.Code);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
    }

    [Event("ping")]
    private sealed record Ping;
}
