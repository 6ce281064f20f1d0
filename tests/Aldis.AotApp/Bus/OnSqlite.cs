namespace Aldis.AotApp.Bus;

/// <summary>The bus on a file.</summary>
internal static class OnSqlite
{
    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        await BusWork.RunAsync(bus => bus.UseSqlite(folder.File("one.db")));
        await BusWork.RunTwoAsync(bus => bus.UseSqlite(folder.File("two.db")));
    }
}
