using Aldis.Tests.Support;

namespace Aldis.Tests.Events;

public sealed class EventIdTests
{
    private readonly Clock _time = new();

    [Fact]
    public void It_is_a_UUID_of_version_7_with_the_millisecond_of_the_clock()
    {
        var id = EventId.New(_time);
        Assert.Equal(7, id.Value.Version);
        Assert.InRange(id.Value.Variant, 8, 11);
        var milliseconds = id.ToBytes().Take(6).Aggregate(0L, (whole, part) => (whole << 8) | part);
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), milliseconds);
    }

    [Fact]
    public void Ids_of_the_same_millisecond_differ() => Assert.NotEqual(EventId.New(_time), EventId.New(_time));

    [Fact]
    public async Task Ids_of_many_threads_differ_and_have_no_bit_that_is_always_the_same()
    {
        var ids = (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 2_000).Select(_ => EventId.New(_time)).ToArray())))).SelectMany(all => all).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        var (ones, zeros) = (new byte[EventId.ByteLength], new byte[EventId.ByteLength]);
        foreach (var bytes in ids.Select(id => id.ToBytes()))
        {
            for (var place = 0; place < bytes.Length; place++)
            {
                ones[place] |= bytes[place];
                zeros[place] |= (byte)~bytes[place];
            }
        }

        // But for the four bits of the version and the two of the variant.
        Assert.Equal("0FFF3FFFFFFFFFFFFFFF", Convert.ToHexString(ones.Zip(zeros, (one, zero) => (byte)(one & zero)).Skip(6).ToArray()));
    }

    [Fact]
    public void It_comes_back_from_text()
    {
        var id = EventId.New(_time);
        Assert.True(EventId.TryParse(id.ToString(), out var parsed));
        Assert.Equal(id, parsed);
    }

    [Fact]
    public void It_comes_back_from_bytes()
    {
        var id = EventId.New(_time);
        Assert.Equal(EventId.ByteLength, id.ToBytes().Length);
        Assert.Equal(id, EventId.FromBytes(id.ToBytes()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not an id")]
    [InlineData("{0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04}")]
    [InlineData("0192f3a47c1e7b528a395d2f6e1c9b04")]
    public void Other_text_is_no_id(string? text)
    {
        Assert.False(EventId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void Ids_sort_as_bytes_and_as_text_in_the_order_in_which_they_were_made()
    {
        var ids = new List<EventId>();
        for (var number = 0; number < 50; number++)
        {
            ids.Add(EventId.New(_time));
            _time.Advance(TimeSpan.FromMilliseconds(1 + (number * 100)));
        }

        Assert.Equal(ids, ids.OrderBy(id => Convert.ToHexString(id.ToBytes()), StringComparer.Ordinal));
        Assert.Equal(ids, ids.OrderBy(id => id.ToString(), StringComparer.Ordinal));
    }
}
