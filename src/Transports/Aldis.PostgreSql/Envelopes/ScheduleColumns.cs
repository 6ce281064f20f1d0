using Aldis.Transports;

namespace Aldis.PostgreSql;

/// <summary>Events that are to be published later, as an array for each column.</summary>
internal sealed class ScheduleColumns
{
    /// <summary>PostgreSQL has for ever and always among its instants, from which nothing can be taken away.</summary>
    private static readonly DateTimeOffset _earliest = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _latest = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<DateTime?> _at = [];
    private readonly List<double?> _after = [];
    private readonly List<string?> _topics = [];
    private readonly EnvelopeColumns _envelopes = new();

    public void Add(ScheduledEvent one)
    {
        _at.Add(AtOf(one));
        _after.Add(AfterOf(one));
        _topics.Add(one.Envelope.Topic.Value);
        _envelopes.Add(one.Envelope);
    }

    /// <summary>Adds the arrays to a call.</summary>
    public Call To(Call call) => _envelopes.To(call.With(_at.ToArray()).With(_after.ToArray()).With(_topics.ToArray()));

    /// <summary>The instant, if it is one.</summary>
    public static DateTime? AtOf(ScheduledEvent one)
        => one.At is { } at ? (at < _earliest ? _earliest : at > _latest ? _latest : at).UtcDateTime : null;

    /// <summary>The time until then, in milliseconds; for ever is a thousand years.</summary>
    public static double AfterOf(ScheduledEvent one) => Math.Clamp((one.After ?? TimeSpan.Zero).TotalMilliseconds, 0, TimeSpan.FromDays(365_000).TotalMilliseconds);
}
