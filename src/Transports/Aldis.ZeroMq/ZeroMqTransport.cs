using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;
using Aldis.ZeroMq;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>
/// Carries events between processes without a broker. At <see cref="ZeroMqLevel.StoreAndForward"/> each publisher keeps its events in the ledger of its bus until every group has settled them;
/// at <see cref="ZeroMqLevel.BestEffort"/> they are sent to whoever is there.
/// </summary>
public sealed class ZeroMqTransport : ITransport, IDeadLetterStore, IBacklog
{
    internal const string System = "zeromq";

    private readonly ILevel _level;
    private int _disposed;

    /// <summary>Makes a transport; nothing is listened at before <see cref="StartAsync"/>.</summary>
    /// <param name="options">Where this process listens and whom it knows.</param>
    /// <param name="context">The clock, the log, and the ledger.</param>
    /// <exception cref="AldisException">ALD2501: the level needs a ledger, and there is none. ALD2503: the key file cannot be used.</exception>
    public ZeroMqTransport(ZeroMqOptions options, TransportContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var log = context.Loggers.CreateLogger("Aldis.ZeroMq");
        _level = options.Level == ZeroMqLevel.BestEffort ? new BestEffort(options, context, log) : new StoreAndForward(options, LedgerOf(context), context, log);
    }

    /// <inheritdoc/>
    public TransportFeatures Features => _level.Features;

    /// <inheritdoc/>
    public ValueTask StartAsync(CancellationToken cancel) => _level.StartAsync(cancel);

    /// <inheritdoc/>
    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => _level.OpenSenderAsync(topic, cancel);

    /// <inheritdoc/>
    public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return _level.OpenReceiverAsync(spec, cancel);
    }

    /// <inheritdoc/>
    /// <remarks>Those of the events that this process has published, of all groups: dead letters are kept where the event is.</remarks>
    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _level.DeadLetters.ListAsync(filter, cancel);

    /// <inheritdoc/>
    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _level.DeadLetters.RedriveAsync(filter, cancel);

    /// <inheritdoc/>
    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => _level.DeadLetters.ReplaceAsync(letter, copy, cancel);

    /// <inheritdoc/>
    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _level.DeadLetters.DiscardAsync(filter, cancel);

    /// <inheritdoc/>
    /// <remarks>That of the events that this process has published.</remarks>
    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
        => _level.Backlog?.ReadBacklogAsync(topic, group, cancel) ?? new ValueTask<Backlog>(new Backlog(0, null));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? _level.DisposeAsync() : ValueTask.CompletedTask;

    private static ITransport LedgerOf(TransportContext context) => context.Ledger
        ?? throw new AldisException(new Fault(ErrorCodes.ZeroMqLedgerMissing, "The bus has no ledger, in which ZeroMQ could keep what is published."));
}
