using Aldis.Cron;
using Aldis.Errors;
using Cronos;

namespace Aldis;

/// <summary>Adds events that are published by cron expressions.</summary>
public static class CronBuilderExtensions
{
    /// <summary>
    /// Publishes an event at every slot of a cron expression, once for each slot, however many processes have the timetable: see <see cref="EventBusBuilder.AddSchedule"/>.
    /// </summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="bus">The bus.</param>
    /// <param name="name">The timetable's name, the same in every process.</param>
    /// <param name="expression">
    /// Five fields (minute, hour, day of month, month, day of week), or six with seconds before them, for example <c>0 9 * * MON-FRI</c>; or <c>@daily</c> and the like.
    /// </param>
    /// <param name="make">Makes the event of a slot, in UTC.</param>
    /// <param name="zone">The time zone in which the expression is meant. Default: UTC.</param>
    /// <param name="options">What becomes of slots that nobody was there to take.</param>
    /// <exception cref="AldisException">ALD1304: the expression is none, or has no slot at all.</exception>
    public static EventBusBuilder AddCron<T>(
        this EventBusBuilder bus, string name, string expression, Func<DateTimeOffset, T> make, TimeZoneInfo? zone = null, ScheduleOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(bus);
        return bus.AddSchedule(name, Parse(name, expression, zone ?? TimeZoneInfo.Utc), make, options);
    }

    private static CronTimetable Parse(string name, string expression, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(expression);
        try
        {
            var format = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard;
            var timetable = new CronTimetable(CronExpression.Parse(expression, format), zone);
            return timetable.Next(DateTimeOffset.UnixEpoch) is not null ? timetable : throw Wrong(name, expression, "No day is like that.", null);
        }
        catch (CronFormatException error)
        {
            throw Wrong(name, expression, error.Message, error);
        }
    }

    private static AldisException Wrong(string name, string expression, string why, Exception? error) => new(new Fault(ErrorCodes.InvalidOption,
        $"The cron expression '{expression}' of the timetable '{name}' cannot be read.", why, "Write five fields, for example '0 9 * * MON-FRI', or six with seconds before them."), error);
}
