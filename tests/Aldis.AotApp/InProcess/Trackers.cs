namespace Aldis.AotApp.InProcess;

/// <summary>Leaks are found, with the place that made them.</summary>
internal static class Trackers
{
    public static Task RunAsync()
    {
        using var tracker = ConnectionTracker.Start();
        var leak = new Signal<Sale>().Connect(_ => { });
        var open = tracker.Open.Single();
        Check.Equal($"{typeof(Trackers).FullName}.{nameof(RunAsync)}", open.Place.Split(" in ")[0]);
        leak.Dispose();
        Check.Equal(0, tracker.Open.Count);
        return Task.CompletedTask;
    }
}
