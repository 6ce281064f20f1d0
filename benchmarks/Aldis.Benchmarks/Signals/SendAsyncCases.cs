using BenchmarkDotNet.Attributes;
using Mediator;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Benchmarks.Signals;

/// <summary>One event to asynchronous receivers that complete at once, one after another, and awaited.</summary>
[BenchmarkCategory("sendasync")]
public class SendAsyncCases
{
    private readonly Ping _ping = new();
    private Signal<Ping>[] _signals = [];
    private IMediator[] _mediators = [];

    [Params(1, 8, 64)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        _signals = Emitters.Of<Signal<Ping>>(Receivers, (signal, counter) => signal.Connect(counter.AddAsync));
        _mediators = Emitters.Make(Receivers, MakeMediator);
    }

    [Benchmark(Description = Contestant.Aldis, OperationsPerInvoke = Emitters.Sends)]
    public async ValueTask Aldis()
    {
        foreach (var signal in _signals)
        {
            await signal.SendAsync(_ping);
        }
    }

    [Benchmark(Description = Contestant.Mediator, OperationsPerInvoke = Emitters.Sends)]
    public async ValueTask Mediator()
    {
        foreach (var mediator in _mediators)
        {
            await mediator.Publish(_ping);
        }
    }

    /// <summary>Sends of all contestants in turn, and to mixed numbers of receivers, from which the compiler learns.</summary>
    internal static Action[] Lessons()
    {
        var mixed = new SendAsyncCases { Receivers = Emitters.Mixed };
        mixed.Connect();
        return [() => mixed.Aldis().AsTask(), () => mixed.Mediator().AsTask()];
    }

    /// <summary>AddMediator registers the handler once; the others are more objects of the same class, as for all contestants.</summary>
    private static IMediator MakeMediator(int receivers)
    {
        var services = new ServiceCollection();
        services.AddMediator(options => options.NotificationPublisherType = typeof(ForeachAwaitPublisher));
        Emitters.Times(receivers - 1, () => services.AddSingleton<INotificationHandler<Ping>>(_ => new PingHandler()));
        return services.BuildServiceProvider().GetRequiredService<IMediator>();
    }
}
