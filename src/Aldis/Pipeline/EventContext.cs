using System.Data.Common;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;

namespace Aldis;

/// <summary>
/// What a handler can know about the delivery in its hands, and where it leaves what it publishes. It belongs to one delivery and is used by
/// one handler at a time; do not keep it.
/// </summary>
public sealed class EventContext
{
    private readonly ISealer _sealer;
    private readonly Delivery _delivery;
    private List<Envelope>? _published;
    private List<ScheduledEvent>? _scheduled;
    private TaskCompletionSource? _whenJoined;
    private bool _hasJoined;

    internal EventContext(Delivery delivery, GroupName group, ISealer sealer, IServiceProvider services, CancellationToken cancellation)
    {
        _delivery = delivery;
        _sealer = sealer;
        Group = group.Value;
        Services = services;
        Cancellation = cancellation;
    }

    /// <summary>The identity of the event. It is the same on every attempt, in every group.</summary>
    public EventId Id => Envelope.Id;

    /// <summary>The topic it was published on.</summary>
    public string Topic => Envelope.Topic.Value;

    /// <summary>The group that this handler works for, as it was named when it subscribed.</summary>
    public string Group { get; }

    /// <summary>The event's key, or null.</summary>
    public string? Key => Envelope.Key;

    /// <summary>What travels beside the event.</summary>
    public Headers Headers => Envelope.Headers;

    /// <summary>When it was published, in UTC.</summary>
    public DateTimeOffset Time => Envelope.Time;

    /// <summary>
    /// How often the event was delivered to this group, this time included: from 1. Immediate retries within a delivery do not count. A process that died with the event in its hands
    /// counts, even if its handler had not begun.
    /// </summary>
    public int Attempt => _delivery.Attempt;

    /// <summary>The services of this delivery: a scope of their own in a host, none without one.</summary>
    public IServiceProvider Services { get; internal set; }

    /// <summary>Asked for when the bus has to stop before the handler is through; the event is then delivered again, and this attempt does not count.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The event as it came.</summary>
    public Envelope Envelope => _delivery.Envelope;

    /// <summary>What the last try of this delivery failed with, for telemetry.</summary>
    internal Exception? Error { get; set; }

    /// <summary>The error with which the handler failed, where trying again may help; null where it succeeded or the event itself is at fault.</summary>
    internal Exception? Failure { get; set; }

    /// <summary>Whether the last try failed together with other events of a batch, so that nobody knows which of them was at fault.</summary>
    internal bool FailedInCompany { get; set; }

    /// <summary>Where the event waits for its batch, if its group handles batches.</summary>
    internal Gatherer? Gatherer { get; init; }

    /// <summary>The group's inbox, if it has one.</summary>
    internal GroupInbox? Inbox { get; set; }

    /// <summary>Whether the handler has entered the event into the inbox itself.</summary>
    internal bool HasEnteredInbox { get; private set; }

    /// <summary>What the handler has published so far.</summary>
    internal IReadOnlyList<Envelope> Published => _published ?? (IReadOnlyList<Envelope>)[];

    /// <summary>What the handler has published for later.</summary>
    internal IReadOnlyList<ScheduledEvent>? Scheduled => _scheduled;

    /// <summary>How long the event is to be remembered as handled, or null.</summary>
    internal TimeSpan? Remember { get; set; }

    /// <summary>
    /// Enters the event into the group's inbox within a transaction of your own, together with what the handler does there: once it is committed, the event is handled,
    /// whatever happens to its acknowledgement. So the effect of the event and its memory are one. The group needs an inbox
    /// (<c>SubscriptionOptions.Inbox</c>), in the database of the transaction.
    /// </summary>
    /// <param name="transaction">The transaction: open, and of the very database that the inbox is in. If it is rolled back, the event is not in the inbox.</param>
    /// <returns>False where the event is in the inbox: its effect was committed before. Then there is nothing to do; return.</returns>
    /// <exception cref="AldisException">ALD1304: the group has no inbox; ALD1306: it is in no database; ALD1430: the transaction is not one of that database.</exception>
    /// <exception cref="TransportException">Nothing was written; the transaction is as it was.</exception>
    public async ValueTask<bool> TryEnterInboxAsync(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var inbox = Inbox ?? throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"The group '{Group}' has no inbox.", Remedy: "Set SubscriptionOptions.Inbox."));
        var isNew = await inbox.TryEnterAsync(transaction, Id, Cancellation).ConfigureAwait(false);
        HasEnteredInbox |= isNew;
        return isNew;
    }

    /// <summary>
    /// Publishes an event together with the acknowledgement of the one in hand: both, or neither. If the handler fails, it is not published.
    /// Its headers say what caused it (<c>causationid</c>) and what it belongs to (<c>correlationid</c>).
    /// </summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="event">The event.</param>
    /// <param name="options">Its id, key and headers, where they are not the usual ones.</param>
    /// <exception cref="AldisException">The event is not registered, cannot be encoded, or is over a limit.</exception>
    public void Publish<T>(T @event, PublishOptions? options = null) where T : notnull
    {
        var envelope = _sealer.Seal(@event, options, Envelope);
        if (options is { IsLater: true })
        {
            (_scheduled ??= []).Add(new ScheduledEvent(envelope, options.At, options.After));
        }
        else
        {
            (_published ??= []).Add(envelope);
        }
    }

    /// <summary>The event is in a batch.</summary>
    internal void Joined()
    {
        Volatile.Write(ref _hasJoined, true);
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _whenJoined)?.TrySetResult();
    }

    /// <summary>Ends when the event is in a batch. Usually it is already.</summary>
    internal Task WhenJoined()
    {
        if (Volatile.Read(ref _hasJoined))
        {
            return Task.CompletedTask;
        }

        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _whenJoined, joined);
        return Volatile.Read(ref _hasJoined) ? Task.CompletedTask : joined.Task;
    }

    /// <summary>Forgets what was published, because the handler failed after it.</summary>
    internal void Unpublish()
    {
        _published?.Clear();
        _scheduled?.Clear();
    }
}
