using Aldis.Events;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Envelopes as a publisher of <c>noted</c> makes them.</summary>
internal static class Envelopes
{
    public static Envelope Make(string text) => new()
    {
        Id = EventId.New(TimeProvider.System), Topic = TopicName.Parse("noted"), Type = "noted", Source = "/test", Time = TimeProvider.System.GetUtcNow(),
        ContentType = "application/json", Body = System.Text.Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""),
    };
}
