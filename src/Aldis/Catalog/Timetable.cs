using Aldis.Errors;

namespace Aldis;

/// <summary>Simple timetables. Those of cron expressions are in the package <c>Aldis.Cron</c>.</summary>
public static class Timetable
{
    /// <summary>A slot in every so much time, counted from the first of January of the year 1, UTC: every full hour, for example, or every tenth second.</summary>
    /// <param name="interval">The time between two slots; at least 1 second.</param>
    /// <exception cref="AldisException">ALD1304: the interval is shorter than a second.</exception>
    public static ITimetable Every(TimeSpan interval) => interval >= TimeSpan.FromSeconds(1)
        ? new Interval(interval)
        : throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"The interval of a timetable is {interval}.", "It must be at least 1 second."));

    private sealed class Interval(TimeSpan interval) : ITimetable
    {
        public DateTimeOffset? Next(DateTimeOffset after)
        {
            var ticks = ((after.UtcTicks / interval.Ticks) + 1) * interval.Ticks;
            return ticks <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        }

        public override string ToString() => $"every {interval}";
    }
}
