using Cronos;

namespace Aldis.Cron;

/// <summary>
/// The slots of a cron expression in a time zone, as Cronos finds them. When clocks are put forward, a slot in the hour that does not exist is at its end; when they are
/// put back, a slot in the hour that comes twice is in its first, unless the expression says every hour or minute, which goes on through both.
/// </summary>
internal sealed class CronTimetable(CronExpression expression, TimeZoneInfo zone) : ITimetable
{
    public DateTimeOffset? Next(DateTimeOffset after) => expression.GetNextOccurrence(after, zone)?.ToUniversalTime();

    public override string ToString() => $"{expression} ({zone.Id})";
}
