namespace Aldis.AotApp.InProcess;

/// <summary>An act with a veto before it and word after it.</summary>
internal static class BeforeAndAfter
{
    public static async Task RunAsync()
    {
        var lines = new List<string>();
        var update = new BeforeAfter<Sale>("sales.update", new SignalSpace());
        using var check = update.Before.Connect(sale => sale.Number < 0 ? new Veto("negative") : null);
        using var log = update.After.Connect(sale => lines.Add($"updated {sale.Number}"));
        Check.Equal("negative", update.Send("web", new Sale(-1), sale => lines.Add("stored"))?.Reason);
        Check.Equal(null, await update.SendAsync("web", new Sale(1), (sale, cancel) =>
        {
            lines.Add("stored");
            return ValueTask.CompletedTask;
        }));
        Check.Lines(lines, "stored", "updated 1");
    }
}
