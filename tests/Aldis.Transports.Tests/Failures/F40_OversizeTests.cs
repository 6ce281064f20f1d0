using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F40")]
public sealed class F40_OversizeTests
{
    private const int Megabyte = 1024 * 1024;
    private const int Rounds = 5;
    private static readonly TimeSpan _bound = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _large = new byte[10 * Megabyte];
    private readonly byte[] _deep = Encoding.UTF8.GetBytes($$"""{"text":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""");

    [Fact]
    public async Task What_is_too_large_is_refused_where_it_is_published_at_once_and_without_a_copy()
    {
        await using var run = await HostileRun.StartAsync("memory");
        var (text, above) = (new string('x', 10 * Megabyte), new string('x', Megabyte + 1));
        var (slowest, most) = (TimeSpan.Zero, 0L);
        foreach (var publish in (Func<Task>[])
                 [
                     () => run.Bus.PublishAsync(new Noted(text)).AsTask(),
                     () => run.Bus.PublishAsync(new Noted(above)).AsTask(),
                     () => run.Bus.PublishAsync(new Noted("x"), new PublishOptions { Headers = Headers.Of([.. Enumerable.Range(0, 100).Select(number => ($"h{number}", "x"))]) }).AsTask(),
                     () => run.Bus.PublishAsync(new Noted("x"), new PublishOptions { Headers = Headers.Of(("h", text[..(17 * 1024)])) }).AsTask(),
                     () => run.Bus.PublishAsync(new Noted("x"), new PublishOptions { Key = text[..300] }).AsTask(),
                 ])
        {
            Add(await MeasureAsync(publish));
        }

        Add(Measure(() => ReadJson($$"""{"specversion":"1.0","id":"1","source":"s","type":"noted","data":"{{text}}"}""")));
        Add(Measure(() => ReadJson($$"""{"specversion":"1.0","id":"1","source":"s","type":"noted","data_base64":"{{Convert.ToBase64String(_large)}}"}""")));
        Add(Measure(() => ReadJson($$"""{"specversion":"1.0","id":"1","source":"s","type":"noted","e":"{{text}}"}""")));
        Add(Measure(() => ReadJson($$"""{"specversion":"1.0","id":"1","source":"s","type":"noted","data":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""")));
        Add(Measure(() => ReadJson("{" + string.Join(',', Enumerable.Range(0, 1_000_000).Select(number => $"\"e{number}\":1")) + "}")));
        Add(Measure(() => ReadJson($$"""{"specversion":"1.0","id":"1","source":"s","type":"noted","aldisheaders":"{{string.Join('&', Enumerable.Range(0, 1_000).Select(number => $"h{number}=1"))}}"}""")));
        Add(Measure(() => () => CloudEventBinding.Http.Read(Enumerable.Range(0, 1_000_000).Select(number => KeyValuePair.Create($"ce-e{number}", "x")), null, "{}"u8.ToArray(), TimeProvider.System)));
        Figures.Print("F40", $"at the publisher and on the wire: slowest-refusal-ms {slowest.TotalMilliseconds:F1} (bound {_bound.TotalMilliseconds:F0}), most-memory {most} (bound {4 * Megabyte})");
        Assert.InRange(slowest, TimeSpan.Zero, _bound);
        Assert.InRange(most, 0, 4 * Megabyte);

        void Add((TimeSpan Took, long Bytes) one) => (slowest, most) = (one.Took > slowest ? one.Took : slowest, Math.Max(one.Bytes, most));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task What_another_program_sent_too_large_is_a_dead_letter_and_the_group_goes_on(string transport)
    {
        await using var run = await HostileRun.StartAsync(transport);
        var headers = Headers.Of([.. Enumerable.Range(0, 20_000).Select(number => ($"h{number}", "x"))]);
        await run.SendAsync(Envelopes.Make("x") with { Body = _large });
        await run.SendAsync(Envelopes.Make("x") with { Body = _deep });
        await run.SendAsync(Envelopes.Make("x") with { Headers = headers });
        await run.SendAsync(Envelopes.Make("x") with { Body = Bomb(), ContentType = "application/json" });
        await run.SendAsync(Envelopes.Make("x") with { Key = new string('k', 1000) });
        await run.SendAsync(Envelopes.Make("well"));
        var letters = await run.DeadAsync(5);
        await Until.TrueAsync(() => run.Handled.Contains("well"));
        Figures.Print("F40", $"{transport}: sent past the publisher 5, dead-lettered {letters.Length}, attempts {letters.Max(letter => letter.Attempts)} (bound 1)");
        Assert.Equal(["ALD1003", "ALD1004", "ALD1005", "ALD1005", "ALD1008"], letters.Select(letter => letter.Reason[..7]).Order(StringComparer.Ordinal));
        Assert.All(letters, letter => Assert.Equal(1, letter.Attempts));
        Assert.Contains(letters, letter => letter.Envelope.Body.Length == _large.Length);
    }

    /// <summary>Ten megabytes in ten kilobytes: nothing is ever unpacked, so it is no more than bytes that are not JSON.</summary>
    private byte[] Bomb()
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zip.Write(_large);
        }

        return packed.ToArray();
    }

    private static Action ReadJson(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return () => CloudEventJson.Read(bytes, TimeProvider.System);
    }

    private static (TimeSpan Took, long Bytes) Measure(Func<Action> prepare)
    {
        var read = prepare();
        return MeasureAsync(() =>
        {
            read();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();
    }

    /// <summary>The fastest of some rounds, so that a busy machine is not taken for a slow refusal; and the most bytes of any.</summary>
    private static async Task<(TimeSpan Took, long Bytes)> MeasureAsync(Func<Task> refused)
    {
        var (fastest, most) = (TimeSpan.MaxValue, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            var error = await Assert.ThrowsAsync<AldisException>(refused);
            Assert.Matches("^ALD100[3489]$", error.Code);
            var took = Stopwatch.GetElapsedTime(start);
            (fastest, most) = (took < fastest ? took : fastest, Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before));
        }

        return (fastest, most);
    }
}
