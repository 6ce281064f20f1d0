namespace Aldis.Testing.Running;

/// <summary>What a look at a bus has found.</summary>
/// <param name="IsAtRest">Whether nothing goes on until the clock moves or somebody publishes.</param>
/// <param name="NextDue">When the clock gives it something to do, as far as that is known.</param>
/// <param name="HasSleepers">Whether a handler waits for the clock.</param>
/// <param name="HasDue">Whether an event is due that nothing keeps from being begun.</param>
internal readonly record struct Stillness(bool IsAtRest, DateTimeOffset? NextDue, bool HasSleepers, bool HasDue);
