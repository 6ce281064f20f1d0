namespace Aldis.Pipeline;

/// <summary>Handles several events at a time.</summary>
/// <typeparam name="T">The type of the events.</typeparam>
/// <param name="events">The events.</param>
/// <param name="context">What is known about them.</param>
internal delegate ValueTask BatchHandler<in T>(IReadOnlyList<T> events, BatchContext context);
