namespace Aldis.Product.Tests;

/// <summary>check_user before and log_user_update after an update of a row, from the program and from psql.</summary>
public sealed class RowTriggerSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_does_what_it_says()
    {
        Assert.SkipUnless(PostgresServer.IsThere, "there is no PostgreSQL here");
        Programs.Need("psql");
        var (exit, lines, errors) = await SampleProgram.RunWithErrorsAsync("06-row-triggers", _folder, (await PostgresServer.SharedAsync()).Uri);
        Assert.Empty(errors);
        Assert.Equal(Repository.Read("samples", "expected", "06-row-triggers.txt").Trim(), string.Join('\n', lines));
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task Without_a_database_it_says_how_it_is_used()
    {
        var (exit, _, errors) = await SampleProgram.RunWithErrorsAsync("06-row-triggers", _folder);
        Assert.Equal((1, "usage: 06-row-triggers postgres://user:password@host:port/database"), (exit, Assert.Single(errors)));
    }
}
