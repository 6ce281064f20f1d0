using Aldis.Catalog;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Signals;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>Carries one signal over a bus, out and in. See <see cref="Carrier{T}"/>.</summary>
internal abstract class Carrier(IReadOnlyList<Subscription> subscriptions)
{
    /// <summary>How what others have sent comes in.</summary>
    public IReadOnlyList<Subscription> Subscriptions { get; } = subscriptions;

    /// <summary>From now on what is sent goes out as well.</summary>
    /// <param name="factory">Seals events.</param>
    /// <param name="publish">Completes when the transport owns the envelope.</param>
    /// <returns>To be disposed when the bus publishes no more.</returns>
    public abstract IDisposable Attach(EnvelopeFactory factory, Func<Envelope, CancellationToken, ValueTask> publish);
}

/// <summary>
/// Carries one signal over a bus. Out: what is sent on the signal is published before any receiver is called. In: what came from another process is
/// sent on the signal here, and not published again. What came from this very signal is left alone, because its receivers have had it.
/// </summary>
internal sealed class Carrier<T> : Carrier where T : notnull
{
    private const string Origin = "signalorigin";
    private const string Sender = "signalsender";
    private const string Noted = "carried";

    private readonly Signal<T> _signal;
    private readonly EventType<T> _type;

    public Carrier(Signal<T> signal, EventType<T> type, GroupName group, ICodec codec, SubscriptionOptions options)
        : base(SubscriptionsOf(signal, type, group, codec, options))
        => (_signal, _type) = (signal, type);

    public override IDisposable Attach(EnvelopeFactory factory, Func<Envelope, CancellationToken, ValueTask> publish)
        => new Attachment(this, factory, publish);

    /// <summary>
    /// A private group is nobody's first, and a durable topic keeps its events for the first group that is not private. So that it does not keep
    /// them for ever, a group that all carriers share takes note of them.
    /// </summary>
    private static IReadOnlyList<Subscription> SubscriptionsOf(
        Signal<T> signal, EventType<T> type, GroupName group, ICodec codec, SubscriptionOptions options)
    {
        var arriving = new Subscription(type, group, Arriving(signal, codec), options, $"carries {signal}", []);
        Handler noting = static _ => new(Verdict.Done);
        return group == GroupName.EachInstance
            ? [arriving, new Subscription(type, GroupName.Parse(Noted), noting, options, $"lets go of what was sent on {signal}", [])]
            : [arriving];
    }

    private Headers HeadersOf(object? sender)
    {
        var headers = Headers.Of((Origin, _signal.Identity));
        return SenderText.Of(sender) is { } text ? headers.With(Sender, text) : headers;
    }

    private static Handler Arriving(Signal<T> signal, ICodec codec) => async context =>
    {
        if (context.Headers[Origin] != signal.Identity)
        {
            var @event = codec.Decode<T>(context.Envelope.Body);
            await signal.ArriveAsync(SenderText.Parse(context.Headers[Sender]), @event, context.Cancellation).ConfigureAwait(false);
        }

        return Verdict.Done;
    };

    private sealed class Attachment : ICarrier<T>, IDisposable
    {
        private readonly Carrier<T> _carrier;
        private readonly EnvelopeFactory _factory;
        private readonly Func<Envelope, CancellationToken, ValueTask> _publish;

        public Attachment(Carrier<T> carrier, EnvelopeFactory factory, Func<Envelope, CancellationToken, ValueTask> publish)
        {
            (_carrier, _factory, _publish) = (carrier, factory, publish);
            carrier._signal.AddCarrier(this);
        }

        public ValueTask CarryAsync(object? sender, T @event, CancellationToken cancel)
        {
            var options = new PublishOptions { Headers = _carrier.HeadersOf(sender) };
            return _publish(_carrier._type.Seal(@event, options, _factory), cancel);
        }

        public void Dispose() => _carrier._signal.RemoveCarrier(this);
    }
}
