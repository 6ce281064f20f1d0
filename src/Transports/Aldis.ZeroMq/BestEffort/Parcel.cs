using Aldis.Events;

namespace Aldis.ZeroMq;

/// <summary>Events of one topic in one message, encoded once for everybody.</summary>
/// <param name="Count">How many events.</param>
/// <param name="Message">The message.</param>
internal readonly record struct Parcel(int Count, byte[] Message)
{
    private const int UsualBytes = 64 * 1024;

    /// <summary>As few messages as there have to be, none larger than usual unless a single event is.</summary>
    public static List<Parcel> Of(ReadOnlySpan<Envelope> events)
    {
        var parcels = new List<Parcel>();
        while (!events.IsEmpty)
        {
            var writer = new MessageWriter(MessageKind.Shout, UsualBytes);
            var place = writer.Reserve();
            var count = 0;
            while (count < events.Length && (count == 0 || writer.Length + EventRecord.SizeOf(events[count]) < UsualBytes))
            {
                EventRecord.Write(ref writer, events[count++]);
            }

            writer.Fill(place, (uint)count);
            parcels.Add(new Parcel(count, writer.Finish()));
            events = events[count..];
        }

        return parcels;
    }

    /// <summary>Reads the events of a message; those that cannot be read are left out.</summary>
    /// <exception cref="MalformedMessageException">It cannot be read at all.</exception>
    public static Envelope[] Read(byte[] message, TopicName topic, RecentTexts texts, out int bad)
    {
        var reader = new MessageReader(message);
        var events = new Envelope[reader.Count(EventRecord.LeastBytes)];
        var count = 0;
        bad = 0;
        for (var index = 0; index < events.Length; index++)
        {
            var record = EventRecord.Next(ref reader);
            try
            {
                events[count] = EventRecord.Read(record, topic, texts);
                count++;
            }
            catch (Exception error) when (error is MalformedMessageException or AldisException)
            {
                bad++;
            }
        }

        return count == events.Length ? events : events[..count];
    }
}
