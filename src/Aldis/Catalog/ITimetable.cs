namespace Aldis;

/// <summary>Says when something is to happen: its slots, one after another. Safe for any thread.</summary>
public interface ITimetable
{
    /// <summary>The first slot after an instant, or null where there is none any more.</summary>
    /// <param name="after">The instant.</param>
    DateTimeOffset? Next(DateTimeOffset after);
}
