namespace Aldis.ZeroMq;

/// <summary>What a publisher says to verdicts.</summary>
/// <param name="Outcome">Whether they are kept.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Refused">The numbers of those that came too late.</param>
internal sealed record SettleAnswer(Outcome Outcome, string? Reason, long[] Refused)
{
    /// <summary>There is nobody any more who would answer.</summary>
    public static SettleAnswer Over { get; } = new(Outcome.PerhapsKept, null, []);

    public bool IsOver => ReferenceEquals(this, Over);

    /// <summary>Reads it.</summary>
    /// <exception cref="MalformedMessageException">It is none.</exception>
    public static SettleAnswer Read(ref MessageReader reader)
    {
        var outcome = (Outcome)reader.Byte();
        var reason = reader.LongText();
        var refused = new long[reader.Count(8)];
        for (var index = 0; index < refused.Length; index++)
        {
            refused[index] = reader.Int64();
        }

        return new SettleAnswer(outcome, reason, refused);
    }
}
