namespace Aldis.RabbitMq;

/// <summary>How channels and connections end: in order where the broker answers, and in time where it does not.</summary>
internal static class Ending
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(2);

    /// <summary>Waits for an end, but not for long; that it fails is no news. By the clock of the machine, as the broker lives by that.</summary>
    public static async ValueTask WithinAsync(Func<Task> end)
    {
        try
        {
            await end().WaitAsync(_limit, TimeProvider.System).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It was lost already, in whatever way: the connection goes, and with it what is on it.
        }
    }
}
