using System.Globalization;
using System.Text;
using Aldis.Events;

namespace Aldis.Testing.Running;

/// <summary>What happened, in order. Safe for any thread.</summary>
internal sealed class History(TimeProvider time)
{
    private const int MostLines = 50;
    private const int LongestBody = 120;

    private readonly Lock _gate = new();
    private readonly List<Happening> _all = [];
    private readonly Dictionary<EventId, int> _numbers = [];

    public IReadOnlyList<Happening> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    public void Add(HappeningKind kind, Envelope? envelope, string? group = null, int attempt = 0, string? text = null, string? error = null)
    {
        lock (_gate)
        {
            _all.Add(new Happening(kind, time.GetUtcNow(), envelope, envelope is null ? 0 : NumberOf(envelope.Id), group, attempt, text, error));
        }
    }

    /// <summary>An event with its number in this run, which is easier to follow than its id.</summary>
    public string Name(Envelope envelope)
    {
        lock (_gate)
        {
            return $"{Printable.Of(envelope.Type)} #{NumberOf(envelope.Id)}";
        }
    }

    /// <summary>The faults, each with what makes its event what it is: numbers depend on the turns that threads take.</summary>
    public IReadOnlyList<string> Faults() =>
    [
        .. All.Where(one => one.Kind == HappeningKind.Fault).Select(one => one.Envelope is { } envelope
            ? $"{Printable.Of(envelope.Type)}{KeyOf(envelope)} {BodyOf(envelope)}{(one.Group is null ? "" : $" in {one.Group}")}: {one.Text}"
            : one.Text!),
    ];

    /// <summary>The last of what happened, a line each.</summary>
    public string Tell()
    {
        var all = All;
        var text = new StringBuilder("What happened:");
        if (all.Count == 0)
        {
            return text.Append(" nothing.").ToString();
        }

        if (all.Count > MostLines)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  … and {all.Count - MostLines} before");
        }

        foreach (var one in all.Skip(all.Count - MostLines))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {Show(one.At)}  {Tell(one)}");
        }

        return text.ToString();
    }

    /// <summary>A moment as messages show it.</summary>
    public static string Show(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Tell(Happening one)
    {
        var name = one.Envelope is null ? "" : $"{Printable.Of(one.Envelope.Type)} #{one.Number}";
        return one.Kind switch
        {
            HappeningKind.Published => $"published {name}{KeyOf(one.Envelope!)} {BodyOf(one.Envelope!)}",
            HappeningKind.Scheduled => $"scheduled {name}{KeyOf(one.Envelope!)} {BodyOf(one.Envelope!)}",
            HappeningKind.Handled => $"{one.Group} handled {name}, attempt {one.Attempt}",
            HappeningKind.Skipped => $"{one.Group} acknowledged {name} without handling it, attempt {one.Attempt}",
            HappeningKind.Failed => $"{one.Group} failed at {name}, attempt {one.Attempt}: {FirstLine(one.Error)}",
            HappeningKind.DeadLettered => $"{one.Group} gave up {name}, attempt {one.Attempt}: {FirstLine(one.Text)}",
            _ => one.Envelope is null ? $"fault: {one.Text}" : $"fault: {name}{(one.Group is null ? "" : $" in {one.Group}")}: {one.Text}",
        };
    }

    private static string KeyOf(Envelope envelope) => envelope.Key is { } key ? $" (key {Printable.Of(key)})" : "";

    private static string BodyOf(Envelope envelope)
    {
        var body = Encoding.UTF8.GetString(envelope.Body.Span);
        return Printable.Of(body.Length > LongestBody ? body[..LongestBody] + "…" : body);
    }

    private static string FirstLine(string? text) => text?.Split('\n')[0].TrimEnd() ?? "no reason was given";

    private int NumberOf(EventId id)
    {
        if (!_numbers.TryGetValue(id, out var number))
        {
            _numbers.Add(id, number = _numbers.Count + 1);
        }

        return number;
    }
}
