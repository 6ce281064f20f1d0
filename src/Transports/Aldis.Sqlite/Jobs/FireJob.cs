namespace Aldis.Sqlite;

/// <summary>Publishes what is due on the file's own topics, and forgets it, in one transaction: whichever process is first does it.</summary>
internal sealed class FireJob(TimeProvider time, Pulses pulses) : WriteJob
{
    private Appender? _appender;

    public override bool NeedsRoom => true;

    public override IEnumerable<long> Topics => _appender!.Topics;

    public override bool Adds => true;

    /// <summary>What was due, too, and cannot be published.</summary>
    public IReadOnlyList<DamagedEvent> Damaged { get; private set; } = [];

    public override void Execute(Store store)
    {
        _appender = new Appender(store);
        (var due, Damaged) = store.Schedule.Due(store.Clock.Now, time.GetUtcNow());
        foreach (var (row, envelope) in due)
        {
            _appender.Append(envelope);
            store.Schedule.Delete(row);
        }

        _appender.Finish();
    }

    protected override void Committed() => pulses.Beat(Topics);
}
