using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>An event leased by itself.</summary>
/// <param name="row">Its row.</param>
/// <param name="attempt">Which attempt this is.</param>
/// <param name="epoch">The fencing token.</param>
/// <param name="number">The event's number in its topic.</param>
/// <param name="suspect">Whether an earlier lease on it was lost, so that it may be what killed its process.</param>
/// <param name="envelope">The event.</param>
internal sealed class LeasedRow(long row, int attempt, long epoch, long number, bool suspect, Envelope envelope)
{
    public long Row => row;

    public int Attempt => attempt;

    public long Epoch => epoch;

    public long Number => number;

    public bool Suspect => suspect;

    public Envelope Envelope => envelope;
}
