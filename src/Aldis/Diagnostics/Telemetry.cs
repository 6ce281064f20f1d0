using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Events;

namespace Aldis.Diagnostics;

/// <summary>The telemetry of one bus. It costs nothing while nobody listens. Safe for any thread.</summary>
internal sealed class Telemetry(TelemetryIdentity identity, TelemetryOptions options, EventLimits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<(OperationKind Kind, TopicName Topic), Operation> _publishing = new();

    /// <summary>Whether anybody wants to know of what is published.</summary>
    public static bool WatchesPublishing
        => Instruments.AreSupported && (Instruments.Source.HasListeners() || Instruments.OperationDuration.Enabled || Instruments.Sent.Enabled);

    private static bool Traces => Instruments.AreSupported && Instruments.Source.HasListeners();

    /// <summary>Publishing on a topic.</summary>
    public Operation Publishing(TopicName topic) => Known(OperationKind.Publish, topic);

    /// <summary>Handing over what is published on a topic later.</summary>
    public Operation Scheduling(TopicName topic) => Known(OperationKind.Schedule, topic);

    /// <summary>An operation on a topic; of a group, where it takes events out.</summary>
    public Operation Of(OperationKind kind, TopicName topic, GroupName? group = null) => new(kind, topic.Value, About(topic, group), identity.Client, time);

    /// <summary>What is known of a topic, and of a group's end of it.</summary>
    public Labels About(TopicName topic, GroupName? group) => Labels.Of(identity.System, topic.Value, group?.Value).With(
        new(TelemetryNames.Attributes.ServerAddress, identity.ServerAddress), new(TelemetryNames.Attributes.ServerPort, identity.ServerPort));

    /// <summary>
    /// Begins to hand an event to the transport, and gives the event the context of its trace. One that brings a context has it from whoever made the
    /// event: it stays, and the span is linked to it.
    /// </summary>
    public Running Publish(Operation operation, ref Envelope envelope)
    {
        var made = Traces ? TraceHeaders.Read(envelope.Headers) : default;
        var running = operation.Begin(envelope, link: made, kind: made == default ? null : ActivityKind.Client);
        if (Traces && made == default)
        {
            envelope = WithContext(envelope, running.Span);
        }

        return running;
    }

    /// <summary>Gives an event that is published in a handler the context of its trace. It is sent when the handler is through.</summary>
    /// <param name="envelope">The event.</param>
    /// <param name="cause">The event in hand. A context that was copied from it is not one of the event's own.</param>
    /// <param name="isLater">Whether it is for later.</param>
    public Envelope Create(Envelope envelope, Envelope cause, bool isLater)
    {
        if (!Traces)
        {
            return envelope;
        }

        var given = envelope.Headers[TelemetryNames.Headers.TraceParent];
        var made = given is null || given == cause.Headers[TelemetryNames.Headers.TraceParent] ? default : TraceHeaders.Read(envelope.Headers);
        var running = Known(isLater ? OperationKind.CreateLater : OperationKind.Create, envelope.Topic).Begin(envelope, link: made);
        running.End();
        return made == default ? WithContext(envelope, running.Span) : envelope;
    }

    /// <summary>Begins to handle an event.</summary>
    public Running Process(Operation operation, Envelope envelope)
    {
        var made = Traces ? TraceHeaders.Read(envelope.Headers) : default;
        return operation.Begin(envelope, parent: options.ContinueTrace && Activity.Current is null ? made : default, link: made);
    }

    /// <summary>Begins to handle several events together: a span of its own, linked to where each was made.</summary>
    public Running Process(Operation operation, List<Envelope> envelopes)
        => envelopes.Count == 1 ? Process(operation, envelopes[0]) : operation.Begin(envelopes);

    /// <summary>Starts something that outlives whoever starts it, so that its spans are not children of that one's span.</summary>
    public static T Apart<T>(Func<T> start)
    {
        var starter = Activity.Current;
        Activity.Current = null;
        try
        {
            return start();
        }
        finally
        {
            Activity.Current = starter;
        }
    }

    /// <summary>Starts something that outlives whoever starts it.</summary>
    public static void Apart(Action start) => Apart<object?>(() =>
    {
        start();
        return null;
    });

    /// <summary>Counts an event that is lost because there was no room for it in memory.</summary>
    /// <param name="destination">The topic, or the signal; null for a signal without a name.</param>
    /// <param name="group">The group that has lost it, or null.</param>
    public static void Dropped(string? destination, string? group)
    {
        if (Instruments.AreSupported && Instruments.Dropped.Enabled)
        {
            Labels.Of("aldis", destination, group).Count(Instruments.Dropped, 1);
        }
    }

    private Operation Known(OperationKind kind, TopicName topic)
        => _publishing.GetOrAdd((kind, topic), static (key, telemetry) => telemetry.Of(key.Kind, key.Topic), this);

    /// <summary>An event whose own span nobody wants still belongs to the trace in which it is published.</summary>
    private Envelope WithContext(Envelope envelope, Activity? span)
        => TraceHeaders.Write(envelope, (span ?? Activity.Current)?.Context ?? default, limits);
}
