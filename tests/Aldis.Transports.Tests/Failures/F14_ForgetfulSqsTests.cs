using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Transports.Tests.RabbitMq;
using Aldis.Transports.Tests.Sqlite;
using Aldis.Transports.Tests.Sqs;

namespace Aldis.Transports.Tests.Failures;

/// <summary>The service of the tests keeps everything in memory: what it had is lost with it, which Amazon's is not. What can be shown is that queues are made again and events flow.</summary>
[Trait("Failure", "F14")]
public sealed class F14_ForgetfulSqsTests
{
    private const int Publishers = 20;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Queues_are_made_again_and_no_publish_hangs_or_lies_when_the_service_has_forgotten_everything()
    {
        var (restarts, events) = (Figures.Size(everyday: 1, full: 10), Figures.Size(everyday: 200, full: 4_000));
        await using var server = await Queues.OwnAsync();
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Queues.StartAsync(Queues.Options(server.Uri), handled);
        var slowest = TimeSpan.Zero;
        for (var restart = 0; restart < restarts; restart++)
        {
            await Task.WhenAll(Enumerable.Range(0, events).Select(number => Rabbit.StoreAsync(bus, $"{restart}-before-{number}", CancellationToken.None)));
            await server.KillAsync();
            var storing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(number => Rabbit.StoreAsync(bus, $"{restart}-after-{number}", CancellationToken.None)));
            await server.StartAgainAsync();
            var up = Stopwatch.GetTimestamp();
            await storing;
            await Until.TrueAsync(() => handled.Where(text => text.StartsWith($"{restart}-after", StringComparison.Ordinal)).Distinct().Count() == Publishers);
            var took = Stopwatch.GetElapsedTime(up);
            slowest = took > slowest ? took : slowest;
        }

        Figures.Print("F14", $"sqs (a service that forgets): restarts {restarts}, stored after the restart and handled {restarts * Publishers} of {restarts * Publishers}, slowest to resume ms {slowest.TotalMilliseconds:F0} (bound {_limit.TotalMilliseconds:F0})");
        Assert.InRange(slowest, TimeSpan.Zero, _limit);
    }
}
