using System.Text;
using Aldis.Events;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>Events that wait in a ledger, known by their texts.</summary>
internal static class KeptNote
{
    public static Envelope Of(string text, string? key = null) => new()
    {
        Id = EventId.New(TimeProvider.System), Topic = TopicName.Parse("noted"), Type = "noted", Source = "tests", Time = TimeProvider.System.GetUtcNow(), Key = key,
        ContentType = "text/plain", Body = Encoding.UTF8.GetBytes(text),
    };

    public static string TextOf(Envelope envelope) => Encoding.UTF8.GetString(envelope.Body.Span);
}
