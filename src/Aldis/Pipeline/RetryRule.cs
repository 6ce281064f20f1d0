namespace Aldis;

/// <summary>What a <see cref="RetryPolicy"/> does about one kind of error.</summary>
/// <param name="Error">The type of the exception; those derived from it are meant too.</param>
/// <param name="Policy">How often and when to try again, in the place of the policy that has the rule; null for never.</param>
public sealed record RetryRule(Type Error, RetryPolicy? Policy)
{
    /// <summary>Whether the rule is about this error. Only the error itself counts, not those inside it.</summary>
    internal bool Matches(Exception error) => Error.IsInstanceOfType(error);
}
