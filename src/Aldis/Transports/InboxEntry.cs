using Aldis.Events;

namespace Aldis.Transports;

/// <summary>An event that a group has handled.</summary>
/// <param name="Group">The group.</param>
/// <param name="Id">The event.</param>
/// <param name="Keep">How long it is remembered from now on; then it may be forgotten.</param>
public readonly record struct InboxEntry(GroupName Group, EventId Id, TimeSpan Keep);
