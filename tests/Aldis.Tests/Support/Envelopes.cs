using System.Text;
using Aldis.Events;

namespace Aldis.Tests.Support;

internal static class Envelopes
{
    public static Envelope Of(string topic, string body, string? type = null) => new()
    {
        Id = EventId.New(TimeProvider.System),
        Topic = TopicName.Parse(topic),
        Type = type ?? topic,
        Source = "/tests",
        Time = DateTimeOffset.UnixEpoch,
        ContentType = "application/json",
        Body = Encoding.UTF8.GetBytes(body),
    };
}
