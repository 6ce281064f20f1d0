using System.Diagnostics;
using System.Globalization;
using Aldis.AotApp.Bus;

namespace Aldis.AotApp;

/// <summary>Starts a bus and handles one event, as soon as it can be.</summary>
internal static class Startup
{
    /// <summary>
    /// Prints the milliseconds from the start of the process to the first line of the program and to its first handled event, and the bytes
    /// that it then has in memory.
    /// </summary>
    /// <param name="uri">The transport: <c>memory:</c>, or <c>sqlite:</c> and a file.</param>
    /// <param name="since">What <see cref="Stopwatch.GetTimestamp"/>, the clock of all processes, was right before this one was started.</param>
    public static async Task RunAsync(string uri, string since)
    {
        var started = long.Parse(since, CultureInfo.InvariantCulture);
        var entered = Stopwatch.GetElapsedTime(started);
        var handled = new TaskCompletionSource<TimeSpan>();
        await using var bus = await EventBus.StartAsync(bus => bus.AcceptSqlite().UseConnection(uri)
            .Subscribe("startup", (InvoiceIssued _) => handled.SetResult(Stopwatch.GetElapsedTime(started))));
        await bus.PublishAsync(new InvoiceIssued("A-1", 99.50m));
        var first = await handled.Task;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{entered.TotalMilliseconds:0.00} {first.TotalMilliseconds:0.00} {Environment.WorkingSet}"));
    }
}
