using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Stores a batch of envelopes.</summary>
internal sealed class PublishJob(ReadOnlyMemory<Envelope> batch, Pulses pulses) : WriteJob
{
    private Appender? _appender;

    public override bool NeedsRoom => true;

    public override IEnumerable<long> Topics => _appender!.Topics;

    public override bool Adds => true;

    public override int Events => batch.Length;

    public override void Execute(Store store)
    {
        _appender = new Appender(store);
        foreach (var envelope in batch.Span)
        {
            _appender.Append(envelope);
        }

        _appender.Finish();
    }

    protected override void Committed() => pulses.Beat(Topics);
}
