using System.Diagnostics;

namespace Aldis.Benchmarks.Signals;

/// <summary>
/// Signals beside C# events and the libraries that do the like, in one process: time and memory of a send, of a send that is awaited, and of
/// a connection.
/// </summary>
internal static class SignalsBenchmark
{
    private static readonly Type[] Benchmarks =
    [
        typeof(SendCases), typeof(SendMixedCases), typeof(SendAsyncCases), typeof(SendFromCases), typeof(SendWeakCases),
        typeof(SendNamedCases), typeof(ConnectCases), typeof(ThreadCases),
    ];

    public static Task RunAsync()
    {
        // BenchmarkDotNet refuses to run a program that lies in the folder for temporary files, as a clone may.
        Environment.SetEnvironmentVariable("TMPDIR", Path.GetFullPath(Path.Combine("artifacts", "bench")));
        var start = Stopwatch.GetTimestamp();
        bool IsBefore(int seconds) => Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;

        Teach(() => IsBefore(4));
        var rounds = new Rounds(Benchmarks);
        rounds.Train(() => IsBefore(15));
        var results = new SignalsResults(rounds.Measure(() => IsBefore(65)));
        results.Print();
        results.WritePage();
        return Task.CompletedTask;
    }

    /// <summary>
    /// The compiler makes its best code for what it has seen in a few calls, and never again: luck must not choose these. All contestants get
    /// the same lessons before any is measured: receivers of one method, and emitters with few and with many.
    /// </summary>
    private static void Teach(Func<bool> goOn)
    {
        Action[] lessons = [.. SendCases.Lessons(), .. SendAsyncCases.Lessons()];
        while (goOn())
        {
            Array.ForEach(lessons, lesson => lesson());
        }
    }
}
