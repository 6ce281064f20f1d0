using System.Globalization;
using Aldis.Events;

namespace Aldis.Sqs;

/// <summary>What is known of a death, beside a dead letter.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Error">The last error, or null.</param>
/// <param name="DiedAt">When.</param>
/// <param name="Where">By which machine and process.</param>
internal sealed record DeathNote(string Topic, string Group, int Attempts, string Reason, string? Error, DateTimeOffset DiedAt, string Where)
{
    private const int MostReason = 2_000;
    private const int MostError = 4_000;

    public static DeathNote Of(GroupQueue queue, int attempts, string? reason, string? error, TimeProvider time)
        => new(queue.Topic.Value, queue.Group.Value, attempts, Cut(reason ?? "", MostReason), error is null ? null : Cut(error, MostError), time.GetUtcNow(), DeadLetter.Here);

    /// <summary>Reads a note; null where there is none.</summary>
    public static DeathNote? Read(string? text)
    {
        var parts = Note.Read(text);
        return parts.Count == 0 ? null : new DeathNote(parts.GetValueOrDefault("topic") ?? "", parts.GetValueOrDefault("group") ?? "",
            int.TryParse(parts.GetValueOrDefault("attempts"), CultureInfo.InvariantCulture, out var attempts) ? attempts : 1, parts.GetValueOrDefault("reason") ?? "", parts.GetValueOrDefault("error"),
            CloudEventTime.TryRead(parts.GetValueOrDefault("at"), out var at) ? at : DateTimeOffset.UnixEpoch,
            parts.GetValueOrDefault("where") ?? "");
    }

    /// <summary>The note as text of at most so many characters: the error is the first to be cut.</summary>
    public string Write(int most)
    {
        var text = Write(this);
        if (text.Length > most && Error is not null)
        {
            text = Write(this with { Error = null });
        }

        return text.Length > most ? Write(this with { Error = null, Reason = Cut(Reason, 100) }) : text;
    }

    private static string Write(DeathNote note) => Note.Write(("topic", note.Topic), ("group", note.Group), ("attempts", note.Attempts.ToString(CultureInfo.InvariantCulture)),
        ("reason", note.Reason), ("error", note.Error), ("at", CloudEventTime.Write(note.DiedAt)), ("where", note.Where));

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
}
