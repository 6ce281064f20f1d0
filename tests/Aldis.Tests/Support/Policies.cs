namespace Aldis.Tests.Support;

internal static class Policies
{
    /// <summary>No second try at once, one attempt, so that the first error is the last.</summary>
    public static SubscriptionOptions Once { get; } = new() { Retry = new RetryPolicy { MaxAttempts = 1, ImmediateRetries = 0 } };

    public static SubscriptionOptions Of(int attempts, int immediate, double firstSeconds = 1, double jitter = 0) => new()
    {
        Retry = new RetryPolicy
        {
            MaxAttempts = attempts, ImmediateRetries = immediate, FirstDelay = TimeSpan.FromSeconds(firstSeconds), Jitter = jitter,
        },
    };
}
