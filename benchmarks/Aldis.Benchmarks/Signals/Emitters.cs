namespace Aldis.Benchmarks.Signals;

/// <summary>
/// A benchmark sends through two emitters in turn, each with receivers of its own: so the compiler can lift nothing out of the loop, no send
/// waits for the counters of the one before, and all stays in the nearest cache. It sends many times, as the runner's own call costs time.
/// </summary>
internal static class Emitters
{
    public const int Sends = 64;

    /// <summary>In place of a number of receivers: one, eight and 64 of them in turn, and most often one, as in programs.</summary>
    public const int Mixed = -1;

    public static T[] Of<T>(int receivers, Action<T, Counter> connect)
        where T : new()
        => Make(receivers, count =>
        {
            var emitter = new T();
            Times(count, () => connect(emitter, new Counter()));
            return emitter;
        });

    public static T[] Make<T>(int receivers, Func<int, T> make)
    {
        int[] counts = receivers == Mixed ? [1, 1, 8, 64] : [receivers, receivers];
        var different = Array.ConvertAll(counts, count => make(count));
        return [.. Enumerable.Range(0, Sends).Select(send => different[send % different.Length])];
    }

    public static void Times(int count, Action act)
    {
        for (var number = 0; number < count; number++)
        {
            act();
        }
    }
}
