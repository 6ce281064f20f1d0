using System.Diagnostics;
using Aldis.Events;

namespace Aldis.Diagnostics;

/// <summary>
/// One kind of operation on one destination: its spans and its duration, with names and attributes that are made once. A listener that throws stops nothing
/// but its own measurement. Safe for any thread.
/// </summary>
internal sealed class Operation
{
    private readonly OperationKind _kind;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly KeyValuePair<string, object?>[] _tags;

    /// <summary>Names an operation.</summary>
    /// <param name="kind">What is done.</param>
    /// <param name="destination">The topic.</param>
    /// <param name="about">What is known of the destination.</param>
    /// <param name="client">The one bus; only spans tell it.</param>
    /// <param name="time">The clock of durations.</param>
    public Operation(OperationKind kind, string destination, Labels about, string client, TimeProvider time)
    {
        (_kind, _time, _name) = (kind, time, $"{kind.Name} {destination}");
        Labels = about.With(
            new(TelemetryNames.Attributes.OperationName, kind.Name), new(TelemetryNames.Attributes.OperationType, kind.Type));
        _tags = [.. Labels.All, new(TelemetryNames.Attributes.Client, client)];
    }

    /// <summary>The attributes of its metrics.</summary>
    public Labels Labels { get; }

    /// <summary>Whether anybody wants its span or its duration.</summary>
    public bool IsWatched => Instruments.AreSupported && (Instruments.Source.HasListeners() || _kind.Duration?.Enabled == true);

    /// <summary>The moment of its beginning, if anybody wants it.</summary>
    public Moment Now => IsWatched ? Moment.Now(_time) : default;

    /// <summary>Begins it on one event; its span is then the current one.</summary>
    /// <param name="envelope">The event.</param>
    /// <param name="parent">What it is a child of; the default for the current span, where there is one.</param>
    /// <param name="link">What it is linked to; the default for nothing.</param>
    /// <param name="kind">The kind of its span, where it is not the usual one.</param>
    public Running Begin(Envelope envelope, ActivityContext parent = default, ActivityContext link = default, ActivityKind? kind = null)
        => Begin(kind ?? _kind.Span, parent, TagsOf(envelope), link == default ? null : new[] { new ActivityLink(link) });

    /// <summary>Begins it on several events, linked to where each was made; its span is then the current one.</summary>
    public Running Begin(IReadOnlyCollection<Envelope> envelopes)
        => Begin(_kind.Span, default, TagsOf(envelopes), Links(envelopes));

    /// <summary>Ends it. See <see cref="Running.End"/>.</summary>
    public void End(Activity? span, long started, string? error)
    {
        try
        {
            Stop(span, error);
        }
        catch (Exception)
        {
            Activity.Current = span?.Parent;
        }

        Record(started, error);
    }

    /// <summary>Tells of one that is over, on many events at a time.</summary>
    /// <param name="envelopes">The events.</param>
    /// <param name="began">When it began; the default where nobody listened then, and then nothing is told.</param>
    /// <param name="error">What it failed with; null for success.</param>
    public void Tell(IReadOnlyCollection<Envelope> envelopes, Moment began, string? error = null)
    {
        if (began == default)
        {
            return;
        }

        var before = Activity.Current;
        try
        {
            var span = Instruments.Source.StartActivity(_kind.Span, default, TagsOf(envelopes), Links(envelopes), began.Time, _name);
            span?.SetEndTime(_time.GetUtcNow().UtcDateTime);
            Stop(span, error);
        }
        catch (Exception)
        {
            Activity.Current = before;
        }

        Record(began.Timestamp, error);
    }

    private Running Begin(ActivityKind kind, ActivityContext parent, KeyValuePair<string, object?>[] tags, IEnumerable<ActivityLink>? links)
    {
        var before = Activity.Current;
        try
        {
            return new Running(this, Instruments.Source.StartActivity(kind, parent, tags, links, name: _name), _time.GetTimestamp());
        }
        catch (Exception)
        {
            Activity.Current = before;
            return new Running(this, null, _time.GetTimestamp());
        }
    }

    private static void Stop(Activity? span, string? error)
    {
        if (error is not null)
        {
            span?.SetTag(TelemetryNames.Attributes.ErrorType, error).SetStatus(ActivityStatusCode.Error);
        }

        span?.Stop();
    }

    private void Record(long started, string? error)
    {
        if (_kind.Duration is { } duration)
        {
            Labels.Record(duration, _time.GetElapsedTime(started), error);
        }
    }

    private KeyValuePair<string, object?>[] TagsOf(IReadOnlyCollection<Envelope> envelopes) => envelopes.Count switch
    {
        0 => _tags,
        1 => TagsOf(envelopes.First()),
        var count => [.. _tags, new(TelemetryNames.Attributes.BatchCount, count)],
    };

    private KeyValuePair<string, object?>[] TagsOf(Envelope envelope)
    {
        var id = KeyValuePair.Create(TelemetryNames.Attributes.MessageId, (object?)envelope.Id.ToString());
        return envelope.Headers[TelemetryNames.Headers.Correlation] is { } conversation
            ? [.. _tags, id, new(TelemetryNames.Attributes.Conversation, conversation)]
            : [.. _tags, id];
    }

    /// <summary>Looked at only for a span that is made.</summary>
    private static IEnumerable<ActivityLink> Links(IEnumerable<Envelope> envelopes)
        => envelopes.Select(envelope => TraceHeaders.Read(envelope.Headers)).Where(context => context != default).Select(context => new ActivityLink(context));
}
