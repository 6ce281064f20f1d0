using Mediator;

namespace Aldis.Benchmarks.Signals;

/// <summary>The event that every contestant sends: a class, because the messengers take nothing else.</summary>
public sealed record Ping : INotification;
