using System.Diagnostics;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guide on telemetry. It is here to be compiled; tests elsewhere prove what it promises.</summary>
internal static class TelemetrySnippets
{
    public static async Task ListenAsync(Func<Task> work)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Aldis",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Console.WriteLine($"{span.DisplayName} took {span.Duration.TotalMilliseconds:0.0} ms"),
        };
        ActivitySource.AddActivityListener(listener);
        await work();
    }

    public static void Continue(EventBusBuilder bus)
    {
        bus.Telemetry = new TelemetryOptions { ContinueTrace = true };
    }
}
