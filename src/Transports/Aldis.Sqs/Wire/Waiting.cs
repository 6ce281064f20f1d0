using System.Globalization;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// An event that waits for longer than SQS hides one (12 hours from its receipt). A copy of it takes its place, which says how long; each time that it comes out before its time it is hidden again. How often it came
/// out tells how much of the wait is over.
/// </summary>
/// <param name="Attempts">How often the event was tried before.</param>
/// <param name="Seconds">How long it waits, by the clock of the service.</param>
internal readonly record struct Waiting(int Attempts, long Seconds)
{
    /// <summary>The longest that an event is hidden at a time, in seconds: so that there is time to handle it, too.</summary>
    public const int LongestHide = 11 * 60 * 60;

    /// <summary>What a message says of its wait; nothing for most.</summary>
    public static Waiting Of(Message message)
    {
        var note = MessageReader.Text(message, Names.Wait);
        if (note is null)
        {
            return default;
        }

        var parts = Note.Read(note);
        return new Waiting((int)Number(parts, "attempts"), Number(parts, "seconds"));
    }

    /// <summary>How often it comes out only to be hidden again.</summary>
    public int Hides => (int)((Seconds + LongestHide - 1) / LongestHide);

    /// <summary>How many seconds it is still to be hidden when it comes out for the n-th time; 0 for none.</summary>
    public int Rest(int receives) => (int)Math.Clamp(Seconds - ((receives - 1L) * LongestHide), 0, LongestHide);

    public override string ToString() => Note.Write(("attempts", Attempts.ToString(CultureInfo.InvariantCulture)), ("seconds", Seconds.ToString(CultureInfo.InvariantCulture)));

    private static long Number(Dictionary<string, string> parts, string name)
        => long.TryParse(parts.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : 0;
}
