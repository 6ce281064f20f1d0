using System.Globalization;
using System.Text;
using Aldis.Events;

namespace Aldis.Tests.Events;

public sealed class CloudEventTimeTests
{
    [Theory]
    [InlineData("2026-11-30T01:02:03Z", 0)]
    [InlineData("2026-11-30T01:02:03.0000001Z", 1)]
    [InlineData("2026-11-30T01:02:03.45Z", 4_500_000)]
    [InlineData("2026-11-30T01:02:03.123456Z", 1_234_560)]
    [InlineData("2026-11-30T01:02:03.9999999Z", 9_999_999)]
    public void A_time_has_as_many_digits_as_it_takes_and_comes_back(string text, int ticks)
    {
        var time = new DateTimeOffset(2026, 11, 30, 3, 2, 3, TimeSpan.FromHours(2)).AddTicks(ticks);
        Assert.Equal(text, CloudEventTime.Write(time));
        Assert.Equal(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture), CloudEventTime.Write(time));
        Assert.True(CloudEventTime.TryRead(text, out var read));
        Assert.True(CloudEventTime.TryRead(Encoding.ASCII.GetBytes(text), out var same));
        Assert.Equal((time, time, TimeSpan.Zero), (read, same, read.Offset));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Z")]
    [InlineData("2026-11-30T01:02:03")]
    [InlineData("2026-11-30T01:02:03.Z")]
    [InlineData("2026-11-30T01:02:03.12345678Z")]
    [InlineData("2026-11-30T01:02:03,45Z")]
    [InlineData("2026-11-30T01:02:03+01:00")]
    [InlineData("2026-13-30T01:02:03Z")]
    [InlineData("2026-11-30 01:02:03Z")]
    [InlineData("2026-11-30T01:02:03.4äZ")]
    [InlineData("2026-11-30T01:02:03.4 Z")]
    public void What_is_no_such_time_is_not_read(string text)
    {
        Assert.False(CloudEventTime.TryRead(text, out _));
        Assert.False(CloudEventTime.TryRead(Encoding.UTF8.GetBytes(text), out _));
    }
}
