using Aldis.Events;

namespace Aldis.Sqs;

/// <summary>The attributes that this transport puts beside an event.</summary>
internal static class Names
{
    /// <summary>How many attributes SQS allows, and how many an event may have, so that a note has room.</summary>
    public const int MaxAttributes = 10;
    public const int MaxOfEvent = MaxAttributes - 1;

    /// <summary>The type of an attribute that is a text.</summary>
    public const string Text = "String";

    /// <summary>Where the body is kept (<see cref="ISqsBodyStore"/>).</summary>
    public const string Claim = CloudEventText.NotePrefix + "Claim";

    /// <summary>How long an event has to wait that a queue cannot hide for so long: <see cref="Waiting"/>.</summary>
    public const string Wait = CloudEventText.NotePrefix + "Wait";

    /// <summary>Of what an event died: <see cref="DeathNote"/>.</summary>
    public const string Death = CloudEventText.NotePrefix + "Death";
}
