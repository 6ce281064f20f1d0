namespace Aldis.Testing.Running;

/// <summary>A fault that an event suffers.</summary>
/// <param name="Error">What a handler throws, or null for the usual.</param>
/// <param name="Span">How late, or when; null for the usual.</param>
internal readonly record struct Fate(Exception? Error, TimeSpan? Span);
