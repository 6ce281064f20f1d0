using Aldis.Events;
using Microsoft.Extensions.Logging;

namespace Aldis.Diagnostics;

/// <summary>
/// Every log message of the core, with its stable event id: 1xx the bus, 2xx deliveries. Never a body, never a header's value.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Information, "The bus is running on {Transport}: {Topics} topics, {Groups} groups")]
    public static partial void BusStarted(this ILogger log, string transport, int topics, int groups);

    [LoggerMessage(102, LogLevel.Information, "The bus has stopped; {Returned} deliveries were returned unfinished")]
    public static partial void BusStopped(this ILogger log, int returned);

    [LoggerMessage(103, LogLevel.Error, "The group {Group} cannot receive from {Topic}; trying again in {Delay}")]
    public static partial void ReceiveFailed(this ILogger log, string group, string topic, TimeSpan delay, Exception error);

    [LoggerMessage(104, LogLevel.Error, "The group {Group} cannot settle on {Topic}; trying again in {Delay}")]
    public static partial void SettleFailed(this ILogger log, string group, string topic, TimeSpan delay, Exception error);

    [LoggerMessage(105, LogLevel.Information, "The group {Group} works again on {Topic}")]
    public static partial void Recovered(this ILogger log, string group, string topic);

    [LoggerMessage(121, LogLevel.Warning, "The breaker {Breaker} is open: too many events failed; one is tried in {OpenFor}")]
    public static partial void BreakerOpened(this ILogger log, string breaker, TimeSpan openFor, Exception? error);

    [LoggerMessage(122, LogLevel.Information, "The breaker {Breaker} has closed again")]
    public static partial void BreakerClosed(this ILogger log, string breaker);

    [LoggerMessage(123, LogLevel.Information, "The group {Group} is paused")]
    public static partial void Paused(this ILogger log, string group);

    [LoggerMessage(124, LogLevel.Information, "The group {Group} goes on")]
    public static partial void Resumed(this ILogger log, string group);

    [LoggerMessage(125, LogLevel.Error, "{What} {Why}")]
    public static partial void NoProgress(this ILogger log, string what, string? why);

    [LoggerMessage(126, LogLevel.Information, "The group {Group} makes progress again on {Topic}")]
    public static partial void ProgressAgain(this ILogger log, string group, string topic);

    [LoggerMessage(127, LogLevel.Warning, "Too many events wait to be sent on {Topic}: from now on some that are published with WhenFull.DropNewest are dropped; EventBus.Dropped counts them")]
    public static partial void Dropping(this ILogger log, string topic);

    [LoggerMessage(128, LogLevel.Critical, "The group {Group} is not served any more on {Topic}")]
    public static partial void LoopEnded(this ILogger log, string group, string topic, Exception error);

    [LoggerMessage(201, LogLevel.Information, "{Event} failed in group {Group} on attempt {Attempt}; trying again at once")]
    public static partial void RetryingNow(this ILogger log, Envelope @event, string group, int attempt, Exception error);

    [LoggerMessage(202, LogLevel.Warning, "{Event} failed in group {Group} on attempt {Attempt}; trying again in {Delay}")]
    public static partial void RetryingLater(this ILogger log, Envelope @event, string group, int attempt, TimeSpan delay, Exception error);

    [LoggerMessage(203, LogLevel.Error, "{Event} is a dead letter of group {Group} after attempt {Attempt}: {Reason}")]
    public static partial void DeadLettered(this ILogger log, Envelope @event, string group, int attempt, string reason);

    [LoggerMessage(204, LogLevel.Warning, "The lease on {Event} in group {Group} was lost; its settlement was refused and it is delivered again")]
    public static partial void LeaseLost(this ILogger log, Envelope @event, string group);

    [LoggerMessage(205, LogLevel.Information, "{Event} was handled by group {Group} before; this copy is acknowledged without being handled")]
    public static partial void Duplicate(this ILogger log, Envelope @event, string group);

    [LoggerMessage(206, LogLevel.Error, "The inbox of group {Group} cannot be read; trying again in {Delay}")]
    public static partial void InboxFailed(this ILogger log, string group, TimeSpan delay, Exception error);

    [LoggerMessage(301, LogLevel.Error, "The schedule cannot be read; trying again in {Delay}")]
    public static partial void ScheduleFailed(this ILogger log, TimeSpan delay, Exception error);

    [LoggerMessage(302, LogLevel.Warning, "The timetable {Timetable} missed {Missed} slots, the newest at {Newest}: {WhatNow}")]
    public static partial void SlotsMissed(this ILogger log, string timetable, int missed, DateTimeOffset newest, string whatNow);

    [LoggerMessage(303, LogLevel.Warning, "The timetable {Timetable} stood at {Slot}, which is far ahead of the clock: the clock was set back, and it goes on from now")]
    public static partial void SlotAhead(this ILogger log, string timetable, DateTimeOffset slot);
}
