using Aldis.Events;
using Aldis.Transports.Tests.Kafka;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>Who finds whom, what is refused at the start, and what becomes of events that nobody comes for.</summary>
public sealed class ZeroMqTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_ledger_store_and_forward_is_refused_with_the_line_to_add()
    {
        var error = await Assert.ThrowsAnyAsync<AldisException>(() => EventBus.StartAsync(bus => bus.UseZeroMq("127.0.0.1:0")).AsTask());
        Assert.Contains("ALD2501", error.Message, StringComparison.Ordinal);
        Assert.Contains("bus.UseSqliteLedger(\"ledger.db\")", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:7001", "127.0.0.1:7002", "ALD2504")]
    [InlineData("127.0.0.1:7001", "shop.example:7002", "ALD2504")]
    [InlineData("127.0.0.1", "127.0.0.1:7002", "ALD1304")]
    public void Plain_text_that_leaves_the_machine_is_refused_and_so_is_what_is_no_address(string listen, string peer, string code)
    {
        var options = new ZeroMqOptions { Listen = listen, Peers = [peer] };
        Assert.Contains(options.Validate(), fault => fault.Code.Id == code);
        Assert.DoesNotContain((options with { AllowPlainText = true }).Validate(), fault => fault.Code.Id == "ALD2504");
        Assert.DoesNotContain((options with { KeyFile = "fleet.keys" }).Validate(), fault => fault.Code.Id == "ALD2504");
    }

    [Fact]
    public async Task A_foreign_address_in_the_file_is_not_connected_to_in_plain_text()
    {
        var (peers, log) = (_folder.File("peers.txt"), new WrittenLog());
        await File.WriteAllTextAsync(peers, "192.0.2.1:7001 # somebody else\n");
        await using var node = await Node.StoredAsync(Node.Quick(peers), _folder.File("ledger.db"), log);
        Assert.Contains(log.Texts, text => text.Contains("192.0.2.1:7001 is not used", StringComparison.Ordinal));
        Assert.Contains("192.0.2.1:7001", await File.ReadAllTextAsync(peers), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_is_found_by_its_name_and_by_its_line_in_a_file_that_goes_with_it()
    {
        var peers = _folder.File("peers.txt");
        string address;
        await using (var publisher = await Node.StoredAsync(Node.Quick(peers), _folder.File("publisher.db")))
        {
            address = (await File.ReadAllTextAsync(peers)).Trim();
            var named = address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
            await using var member = await Node.StoredAsync(new ZeroMqOptions { Peers = [named, address] }, _folder.File("member.db"));
            await using var receiver = await member.ReceiverAsync("each-instance.1", isPrivate: true);
            await publisher.SendAsync(Node.Event("found"));
            await ReceiveAsync(receiver, "found");
        }

        Assert.Equal("", await File.ReadAllTextAsync(peers));
    }

    [Fact]
    public async Task Groups_share_what_several_publishers_have_and_each_group_gets_all_of_it()
    {
        var (peers, log) = (_folder.File("peers.txt"), new WrittenLog());
        await using var one = await Node.StoredAsync(Node.Quick(peers), _folder.File("one.db"), log);
        await using var two = await Node.StoredAsync(Node.Quick(peers), _folder.File("two.db"));

        // A publisher keeps events for the groups that it has seen.
        await Until.TrueAsync(() => log.Texts.Any(text => text.Contains("is there", StringComparison.Ordinal)));
        await using var left = await one.ReceiverAsync("left");
        await using var right = await two.ReceiverAsync("right");
        await one.SendAsync(Node.Event("a"));
        await two.SendAsync(Node.Event("b"));
        await ReceiveAsync(left, "a", "b");
        await ReceiveAsync(right, "a", "b");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_nobody_comes_for_is_given_up_by_the_policy_that_was_named(bool asDeadLetters)
    {
        var (peers, time, log) = (_folder.File("peers.txt"), new FakeTimeProvider(DateTimeOffset.UtcNow), new WrittenLog());
        var policy = WhenGroupIsAway.KeepFor(TimeSpan.FromHours(1)) with { AsDeadLetters = asDeadLetters };
        await using (var first = await Node.StoredAsync(Node.Quick(peers) with { WhenGroupIsAway = policy }, _folder.File("publisher.db"), log, time))
        {
            await first.SendAsync(Node.Event("no note", "aldis.zeromq.groups"));
            await using var member = await Node.StoredAsync(Node.Quick(peers), _folder.File("member.db"));
            await (await member.ReceiverAsync()).DisposeAsync();
            await first.SendAsync(Node.Event("old"));
        }

        // Who is started anew still knows whom it keeps events for.
        await using var again = await Node.StoredAsync(Node.Quick(peers) with { WhenGroupIsAway = policy }, _folder.File("publisher.db"), log, time);
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return log.Texts.Any(text => text.Contains("Nobody of the group readers has come for its events of noted: 1", StringComparison.Ordinal));
        });

        // What comes while the group is away waits for as long as what came before.
        await again.SendAsync(Node.Event("young") with { Time = time.GetUtcNow() - TimeSpan.FromDays(1) });
        for (var minutes = 0; minutes < 50; minutes++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
        }

        var letters = 0;
        await foreach (var letter in again.Transport.ListAsync(DeadLetterFilter.All))
        {
            letters += letter.Group.Value == "readers" ? 1 : 0;
        }

        Assert.Equal(asDeadLetters ? 1 : 0, letters);
        await using var late = await again.ReceiverAsync();
        await ReceiveAsync(late, "young");
    }

    [Fact]
    public async Task A_clock_that_is_set_gives_up_nothing_nor_does_the_own_time_of_an_event()
    {
        var (peers, time, log) = (_folder.File("peers.txt"), new FakeTimeProvider(DateTimeOffset.UtcNow), new WrittenLog());
        var wall = new WallClock(time);
        var options = Node.Quick(peers) with { WhenGroupIsAway = WhenGroupIsAway.KeepFor(TimeSpan.FromHours(1)) };
        await using var publisher = await Node.StoredAsync(options, _folder.File("publisher.db"), log, wall);
        await using (var member = await Node.StoredAsync(Node.Quick(peers), _folder.File("member.db")))
        {
            await (await member.ReceiverAsync()).DisposeAsync();
        }

        var began = time.GetTimestamp();
        await publisher.SendAsync(Node.Event("new"), Node.Event("of last month") with { Time = time.GetUtcNow() - TimeSpan.FromDays(30) });
        wall.Offset = TimeSpan.FromDays(3653);
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return log.Texts.Any(text => text.Contains("for its events of noted: 2 are given up", StringComparison.Ordinal));
        });
        Assert.True(time.GetElapsedTime(began) > TimeSpan.FromHours(1));
    }

    [Fact]
    public void Events_have_waited_since_they_were_seen_first_and_those_that_went_count_no_more()
    {
        var time = new FakeTimeProvider();
        var waiting = new Aldis.ZeroMq.WaitingTimes(TimeSpan.FromMinutes(10), time);
        Assert.Equal(0, waiting.See(3));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, waiting.See(5));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(3, waiting.See(9));
        waiting.Went(2);
        Assert.Equal(1, waiting.See(7));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(3, waiting.See(7));
        Assert.Equal(2, waiting.See(2));
    }

    [Fact]
    public async Task No_more_than_so_many_events_are_kept_for_who_is_away_and_those_are_the_youngest()
    {
        var (peers, time, log) = (_folder.File("peers.txt"), new FakeTimeProvider(DateTimeOffset.UtcNow), new WrittenLog());
        await using var publisher = await Node.StoredAsync(Node.Quick(peers) with { WhenGroupIsAway = WhenGroupIsAway.KeepUpTo(3) }, _folder.File("publisher.db"), log, time);
        await using (var member = await Node.StoredAsync(Node.Quick(peers), _folder.File("member.db")))
        {
            await (await member.ReceiverAsync()).DisposeAsync();
        }

        await publisher.SendAsync([.. Enumerable.Range(0, 10).Select(number => Node.Event($"{number}"))]);
        await Until.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(20));
            return log.Texts.Any(text => text.Contains("for its events of noted: 7 are given up", StringComparison.Ordinal));
        });
        await using var late = await publisher.ReceiverAsync();
        await ReceiveAsync(late, "7", "8", "9");
    }

    [Theory]
    [InlineData("readers", false)]
    [InlineData("each-instance.1", true)]
    public async Task Best_effort_is_encrypted_as_well(string group, bool isPrivate)
    {
        var keys = _folder.File("fleet.keys");
        ZeroMqCare.CreateKeyFile(keys);
        var options = Node.Quick(_folder.File("peers.txt")) with { KeyFile = keys };
        await using var publisher = await Node.BestEffortAsync(options);
        await using var member = await Node.BestEffortAsync(options);
        await using var receiver = await member.ReceiverAsync(group, isPrivate: isPrivate);
        await publisher.SendAsync(Node.Event("a"), Node.Event("b"));
        await ReceiveAsync(receiver, "a", "b");
    }

    [Fact]
    public void An_event_is_the_same_behind_the_wire_and_what_is_cut_short_is_none()
    {
        var whole = Node.Event("body");
        foreach (var envelope in new[] { whole, whole with { Key = "k", Headers = Headers.Of(("a", ""), ("b", "ä")) }, whole with { Body = ReadOnlyMemory<byte>.Empty } })
        {
            var message = Aldis.ZeroMq.Parcel.Of([envelope])[0].Message;
            var read = Assert.Single(Aldis.ZeroMq.Parcel.Read(message, envelope.Topic, new Aldis.ZeroMq.RecentTexts(), out var bad));
            Assert.Equal(envelope with { Body = default, Headers = Headers.Empty }, read with { Body = default, Headers = Headers.Empty });
            Assert.Equal(envelope.Headers, read.Headers);
            Assert.Equal(envelope.Body.ToArray(), read.Body.ToArray());
            Assert.Equal(0, bad);
            for (var length = 0; length < message.Length; length++)
            {
                Assert.Throws<Aldis.ZeroMq.MalformedMessageException>(() => Aldis.ZeroMq.Parcel.Read(message[..length], envelope.Topic, new Aldis.ZeroMq.RecentTexts(), out _));
            }
        }
    }

    /// <summary>The socket connects again by itself; what both sides have sealed for the connection before is nothing in the new one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_connection_was_broken_events_come_again(bool encrypted)
    {
        var keys = encrypted ? _folder.File("fleet.keys") : null;
        if (keys is not null)
        {
            ZeroMqCare.CreateKeyFile(keys);
        }

        var (peers, others) = (_folder.File("peers.txt"), _folder.File("others.txt"));
        await using var publisher = await Node.StoredAsync(Node.Quick(peers) with { KeyFile = keys }, _folder.File("publisher.db"));
        await using var proxy = new BreakingProxy((await File.ReadAllTextAsync(peers)).Trim());
        await using var member = await Node.StoredAsync(Node.Quick(others) with { KeyFile = keys, Peers = [proxy.Address], PeerTimeout = TimeSpan.FromSeconds(10) }, _folder.File("member.db"));
        await using var receiver = await member.ReceiverAsync();
        for (var round = 0; round < 5; round++)
        {
            await publisher.SendAsync(Node.Event($"{round}"));
            await ReceiveAsync(receiver, $"{round}");
            proxy.Break();
        }
    }

    [Theory]
    [InlineData(1, 2_000, 4_000)]
    [InlineData(Aldis.ZeroMq.StoredReceiver.MaxInCall, 341, 682)]
    public void Verdicts_with_long_texts_fit_into_the_smallest_message(int count, int reason, int error)
    {
        var text = new string('€', 100_000);
        var all = Enumerable.Range(0, count).Select(number => new Settlement(new Delivery(null!, 1, null, number), Verdict.Dead(text, text), [])).ToArray();
        var held = Enumerable.Range(0, Math.Min(count, Aldis.ZeroMq.StoredReceiver.MaxInCall)).Select(number => (new string('€', EventLimits.MaxKeyLength), (long)number)).ToArray();
        var message = Aldis.ZeroMq.SettleCall.Write(1, 2, all, held);
        Assert.InRange(message.Length, 1, 1 << 20);
        Assert.All(Aldis.ZeroMq.SettleCall.Read(message).Verdicts, one => Assert.Equal((reason, error), (one.Verdict.Reason!.Length, one.Verdict.Error!.Length)));
        Assert.NotEmpty((new ZeroMqOptions { MaxMessageBytes = (1 << 20) - 1 }).Validate());
    }

    private static async Task ReceiveAsync(IReceiver receiver, params string[] bodies)
    {
        var (received, buffer) = (new List<string>(), new Delivery[10]);
        while (received.Count < bodies.Length)
        {
            var count = await receiver.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            received.AddRange(buffer[..count].Select(delivery => System.Text.Encoding.UTF8.GetString(delivery.Envelope.Body.Span)));
            await receiver.SettleAsync(Array.ConvertAll(buffer[..count], delivery => new Settlement(delivery, Verdict.Done, [])), CancellationToken.None);
        }

        Assert.Equal(bodies, received.Order());
    }

    /// <summary>A clock whose wall time somebody sets; the rest of it goes on as if nothing had been.</summary>
    private sealed class WallClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
    }
}
