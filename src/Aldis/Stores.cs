using Aldis.Dispatch;
using Aldis.Errors;
using Aldis.Transports;

namespace Aldis;

/// <summary>Where a bus keeps what: each kind in the transport if that can, else in the ledger if there is one that can, else nowhere.</summary>
internal sealed class Stores(ITransport transport, ITransport? ledger) : IAsyncDisposable
{
    public IInbox? Inbox => transport as IInbox ?? ledger as IInbox;

    public IScheduleStore? Schedule => transport as IScheduleStore ?? ledger as IScheduleStore;

    /// <summary>Whether there are dead letters. A ledger that adopts deliveries is part of the transport by then (<see cref="LedgeredTransport"/>).</summary>
    public bool KeepsDeadLetters => transport is IDeadLetterStore;

    /// <summary>
    /// Who writes in transactions of the user: the transport, or the ledger in its place, from which events then go to the transport.
    /// </summary>
    public ITransactionStore? Transactions => transport as ITransactionStore ?? (ledger is IScheduleStore ? ledger as ITransactionStore : null);

    /// <summary>The ledger that events of the user's transactions go through to a transport with a schedule of its own, beside which it is needed for nothing else.</summary>
    public IScheduleStore? Outbox => Transactions is IScheduleStore store && !TransportHasTransactions && store != Schedule ? store : null;

    /// <summary>What an event survives that is published in a transaction of the user.</summary>
    public Durability LevelOfTransactions => (TransportHasTransactions ? transport : ledger!).Features.Durable;

    /// <summary>Whether that is the transport itself, so that nothing has to be carried to it.</summary>
    public bool TransportHasTransactions => transport is ITransactionStore;

    /// <summary>The inbox where it is not the transport itself.</summary>
    public IInbox? ForeignInbox => transport is IInbox ? null : Inbox;

    /// <summary>The store of what is scheduled where it is not the transport itself.</summary>
    public IScheduleStore? ForeignSchedule => transport is IScheduleStore ? null : Schedule;

    /// <summary>What an event survives that is to be published later.</summary>
    public Durability LevelOfSchedule => (transport is IScheduleStore ? transport : ledger!).Features.Durable;

    public Fault Missing(string what) => new(ErrorCodes.MissingFeature, $"{what}, and the transport '{transport.Features.System}' keeps nothing of the kind.",
        ledger is null ? "The bus has no ledger." : "Its ledger does not, either.", "Add a ledger, for example bus.UseSqliteLedger(\"ledger.db\").");

    public ValueTask StartAsync(CancellationToken cancel) => Own?.StartAsync(cancel) ?? ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => Own?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>One that is part of the transport starts and ends with that.</summary>
    private ITransport? Own => transport is LedgeredTransport ? null : ledger;
}
