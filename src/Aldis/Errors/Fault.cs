namespace Aldis.Errors;

/// <summary>One thing that is wrong, told for people: what happened, why, and what to do.</summary>
/// <param name="Code">The kind of error.</param>
/// <param name="What">What happened, with the facts: one sentence.</param>
/// <param name="Why">Why it is an error, or null where <paramref name="What"/> says it all.</param>
/// <param name="Remedy">What to do, or null for the remedy of the code.</param>
public sealed record Fault(ErrorCode Code, string What, string? Why = null, string? Remedy = null)
{
    /// <summary>The fault as text, for example <c>ALD1001: What. Why. What to do.</c></summary>
    public override string ToString() => string.Join(' ',
        new[] { $"{Code.Id}: {What}", Why, Remedy ?? Code.Remedy }.Where(part => !string.IsNullOrEmpty(part)));
}
