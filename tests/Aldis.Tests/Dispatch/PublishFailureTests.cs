using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class PublishFailureTests
{
    [Fact]
    public async Task What_the_transport_refuses_is_rejected()
    {
        await using var stage = await StartAsync();
        stage.Transport.SendError = Failures.Away;
        var error = await FailAsync(stage);
        Assert.Equal(("ALD1401", false, "orders.placed"), (error.Code, error.MayBeStored, error.Topic));
        Assert.Same(Failures.Away, error.InnerException);
        Assert.Contains("The line is dead.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_the_transport_cannot_carry_is_refused_before_it_is_sent()
    {
        await using var stage = new BusStage();
        stage.Transport.Features = stage.Transport.Features with { MaxBody = 5 };
        await stage.StartAsync(bus => bus.AddEvent<OrderPlaced>());
        Assert.Equal("ALD1003", (await Assert.ThrowsAsync<AldisException>(() => stage.PublishAsync(new OrderPlaced("A")))).Code);
        Assert.Empty(stage.Transport.Calls);
    }

    [Fact]
    public async Task What_may_be_stored_is_unknown_and_can_be_published_again_with_its_id()
    {
        await using var stage = await StartAsync();
        stage.Transport.SendError = Failures.Unknown;
        var error = await FailAsync(stage);
        Assert.Equal(("ALD1402", true), (error.Code, error.MayBeStored));

        stage.Transport.SendError = null;
        Assert.Equal(error.Id, await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Id = error.Id }));
    }

    [Fact]
    public async Task An_error_that_says_nothing_leaves_it_unknown()
    {
        await using var stage = await StartAsync();
        stage.Transport.SendError = new TimeoutException("no answer");
        var error = await FailAsync(stage);
        Assert.Equal(("ALD1402", true), (error.Code, error.MayBeStored));
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public async Task A_topic_that_cannot_be_opened_rejects_and_the_next_publish_opens_it_anew()
    {
        await using var stage = await StartAsync();
        stage.Transport.OpenSenderError = Failures.Away;
        var error = await FailAsync(stage);
        Assert.Equal(("ALD1401", false), (error.Code, error.MayBeStored));
        stage.Transport.OpenSenderError = null;
        await stage.PublishAsync(new OrderPlaced("A"));
        Assert.Equal(["send orders.placed x1"], stage.Transport.Calls);
    }

    [Fact]
    public async Task All_events_of_a_batch_fail_each_with_its_own_id()
    {
        await using var stage = await StartAsync();
        var gate = new Gate();
        stage.Transport.BeforeSend = (_, abandoned) => gate.PassAsync(abandoned);
        var publishing = Enumerable.Range(0, 5).Select(number => FailAsync(stage)).ToArray();
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the first send");
        stage.Transport.SendError = Failures.Away;
        gate.Open();
        Assert.Equal(5, (await Task.WhenAll(publishing)).Select(error => error.Id).Distinct().Count());
    }

    [Fact]
    public async Task Many_publishers_share_a_batch()
    {
        await using var stage = await StartAsync();
        var gate = new Gate();
        stage.Transport.BeforeSend = (_, abandoned) => gate.PassAsync(abandoned);
        var first = stage.PublishAsync(new OrderPlaced("first"));
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the first send");
        var others = Enumerable.Range(0, 50).Select(number => stage.PublishAsync(new OrderPlaced($"{number}"))).ToArray();
        gate.Open();
        await Task.WhenAll([first, .. others]).WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Equal(["send orders.placed x1", "send orders.placed x50"], stage.Transport.Calls);
    }

    [Fact]
    public async Task A_publisher_need_not_wait_for_ever()
    {
        await using var stage = await StartAsync();
        var gate = new Gate();
        stage.Transport.BeforeSend = (_, abandoned) => gate.PassAsync(abandoned);
        using var cancel = new CancellationTokenSource();
        var publishing = stage.Bus.PublishAsync(new OrderPlaced("A"), cancel: cancel.Token).AsTask();
        await Clock.StandingStillUntilAsync(() => gate.Inside == 1, "the send");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        gate.Open();
    }

    [Fact]
    public async Task What_hangs_while_the_bus_stops_is_given_up_after_some_seconds_whatever_the_other_topics_do()
    {
        await using var stage = await StartAsync();
        stage.Transport.BeforeSend = (topic, cancel) => topic.Value == "orders.shipped" ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask;
        var hanging = Assert.ThrowsAsync<PublishException>(() => stage.PublishAsync(new OrderShipped("A")));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.PublishAsync(new InvoicePaid());
        await stage.PublishAsync(new InvoiceLost());
        var begun = stage.Time.GetUtcNow();
        await stage.StopAsync(CancellationToken.None);
        Assert.True((await hanging).MayBeStored);
        Assert.InRange(stage.Time.GetUtcNow() - begun, TimeSpan.FromSeconds(4.4), TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task What_cannot_be_an_envelope_is_not_sent()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Limits = new EventLimits { MaxBodyBytes = 20, MaxHeaders = 1 });
        Assert.Equal("ALD1101", await CodeAsync(new InvoiceIssued("A")));
        Assert.Equal("ALD1003", await CodeAsync(new OrderPlaced("a long identity")));
        Assert.Equal("ALD1004", await CodeAsync(new OrderPlaced("A"), new PublishOptions { Headers = Headers.Of(("a", ""), ("b", "")) }));
        Assert.Equal("ALD1008", await CodeAsync(new OrderPlaced("A"), new PublishOptions { Key = "" }));
        Assert.Equal("ALD1006", await CodeAsync(new Unwritable()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => stage.PublishAsync<OrderPlaced>(null!));
        Assert.Empty(stage.Transport.Calls);

        async Task<string> CodeAsync<T>(T @event, PublishOptions? options = null) where T : notnull
            => (await Assert.ThrowsAsync<AldisException>(() => stage.PublishAsync(@event, options))).Code;
    }

    private static Task<BusStage> StartAsync() => BusStage.StartedAsync(_ => { });

    private static Task<PublishException> FailAsync(BusStage stage)
        => Assert.ThrowsAsync<PublishException>(() => stage.PublishAsync(new OrderPlaced("A")));

    [Event("invoices.paid")]
    internal sealed record InvoicePaid;

    [Event("invoices.lost")]
    internal sealed record InvoiceLost;

    [Event("unwritable")]
    internal sealed record Unwritable
    {
        public string Value => throw new InvalidOperationException();
    }
}
