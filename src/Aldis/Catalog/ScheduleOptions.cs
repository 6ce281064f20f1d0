using Aldis.Errors;

namespace Aldis;

/// <summary>How a timetable is kept.</summary>
public sealed record ScheduleOptions
{
    /// <summary>What becomes of slots that passed while no process was there to take them. Default: <see cref="WhenMissed.RunLast"/>.</summary>
    public WhenMissed WhenMissed { get; init; } = WhenMissed.RunLast;

    /// <summary>How late a slot may be taken without counting as missed. Default: 1 minute.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (Tolerance < TimeSpan.Zero)
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"ScheduleOptions.Tolerance is {Tolerance}.", "It must not be negative.");
        }
    }
}
