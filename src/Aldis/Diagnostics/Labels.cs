using System.Diagnostics;
using System.Diagnostics.Metrics;
using Aldis.Events;

namespace Aldis.Diagnostics;

/// <summary>The attributes that spans and metrics have in common, and measuring with them. A listener that throws stops nothing. Immutable; safe for any thread.</summary>
internal sealed class Labels
{
    private readonly KeyValuePair<string, object?>[] _all;

    private Labels(IEnumerable<KeyValuePair<string, object?>> all) => _all = [.. all.Where(label => label.Value is not null)];

    public IReadOnlyList<KeyValuePair<string, object?>> All => _all;

    /// <summary>What is known of a destination.</summary>
    /// <param name="system">The messaging system.</param>
    /// <param name="destination">The topic, or the signal; null for a signal without a name.</param>
    /// <param name="group">The group, where it is about one. The private groups of all instances are one to telemetry: their names are endless.</param>
    public static Labels Of(string system, string? destination, string? group) => new(
    [
        new(TelemetryNames.Attributes.System, system), new(TelemetryNames.Attributes.Destination, destination),
        new(TelemetryNames.Attributes.Group, GroupName.IsOfInstance(group) ? Group.EachInstance : group),
    ]);

    /// <summary>These labels and others; those without a value are left out.</summary>
    public Labels With(params IEnumerable<KeyValuePair<string, object?>> more) => new([.. _all, .. more]);

    /// <summary>Counts, if anybody wants it.</summary>
    public void Count(Counter<long> counter, long number, string? error = null)
    {
        if (number <= 0 || !Instruments.AreSupported || !counter.Enabled)
        {
            return;
        }

        try
        {
            counter.Add(number, TagsWith(error));
        }
        catch (Exception)
        {
            // There is no other place to tell of it.
        }
    }

    /// <summary>Records how long something took, if anybody wants it.</summary>
    public void Record(Histogram<double> histogram, TimeSpan took, string? error)
    {
        if (!histogram.Enabled)
        {
            return;
        }

        try
        {
            histogram.Record(took.TotalSeconds, TagsWith(error));
        }
        catch (Exception)
        {
            // There is no other place to tell of it.
        }
    }

    /// <summary>What a gauge shows.</summary>
    public Measurement<T> Measure<T>(T value) where T : struct => new(value, _all);

    private TagList TagsWith(string? error)
    {
        var tags = new TagList(_all);
        if (error is not null)
        {
            tags.Add(TelemetryNames.Attributes.ErrorType, error);
        }

        return tags;
    }
}
