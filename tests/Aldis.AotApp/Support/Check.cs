using System.Runtime.CompilerServices;

namespace Aldis.AotApp;

/// <summary>What an exercise claims. A claim that is wrong ends the exercise.</summary>
internal static class Check
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);

    public static void True(bool isSo, [CallerArgumentExpression(nameof(isSo))] string? what = null)
    {
        if (!isSo)
        {
            throw new InvalidOperationException($"not so: {what}");
        }
    }

    public static void Equal<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"expected: {expected}\n  actual: {actual}");
        }
    }

    public static void Lines(IEnumerable<string> actual, params string[] expected)
        => Equal(string.Join('\n', expected), string.Join('\n', actual));

    /// <summary>Waits until something that another thread brings about is so.</summary>
    public static async Task EventuallyAsync(string what, Func<Task<bool>> isSoAsync)
    {
        using var limit = new CancellationTokenSource(_limit);
        while (!await isSoAsync())
        {
            if (limit.IsCancellationRequested)
            {
                throw new TimeoutException($"not seen within {_limit.TotalSeconds} seconds: {what}");
            }

            await Task.Delay(_pause);
        }
    }
}
