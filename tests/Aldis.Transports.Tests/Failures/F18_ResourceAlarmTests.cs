using System.Collections.Concurrent;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F18")]
public sealed class F18_ResourceAlarmTests
{
    [Fact]
    public async Task Publishers_wait_while_the_broker_is_out_of_memory_and_need_not()
    {
        var publishers = Figures.Size(everyday: 2_000, full: 50_000);
        await using var server = await Rabbit.OwnAsync();
        var handled = new ConcurrentQueue<string>();
        var log = new RecordedLog();
        await using var bus = await Rabbit.StartAsync(Rabbit.Options(server.Uri) with { PublishTimeout = TimeSpan.FromSeconds(1) }, handled, log);
        await bus.PublishAsync(new Noted("before"));
        await server.ControlAsync("set_vm_memory_high_watermark", "0");

        // The broker tells whoever publishes.
        var body = new string('x', 1_000);
        using var enough = new CancellationTokenSource();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var waiting = Enumerable.Range(0, publishers).Select(number => bus.PublishAsync(new Noted($"{number} {body}"), cancel: number % 2 == 0 ? enough.Token : default).AsTask()).ToArray();
        await Until.TrueAsync(() => log.Warnings.Contains(2103));
        await Task.Delay(Figures.Size(everyday: 1_500, full: 20_000));
        var done = waiting.Count(one => one.IsCompleted);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        await enough.CancelAsync();
        await Until.TrueAsync(() => waiting.Where((_, number) => number % 2 == 0).All(one => one.IsCanceled));
        var othersWait = waiting.Where((_, number) => number % 2 == 1).All(one => !one.IsCompleted);

        await server.ControlAsync("set_vm_memory_high_watermark", "0.4");
        await Task.WhenAll(waiting.Where((_, number) => number % 2 == 1)).WaitAsync(TimeSpan.FromSeconds(60));
        await Until.TrueAsync(() => handled.Count > publishers / 2);
        Figures.Print("F18", $"rabbitmq alarm: publishers {publishers}, completed meanwhile {done}, cancelled {waiting.Count(one => one.IsCanceled)}, memory grown by bytes for each {grown / publishers}");
        Assert.Equal(0, done);
        Assert.True(othersWait, "a publisher that did not want to give up was made to");
        Assert.InRange(grown / publishers, 0, 16_384);
    }
}
