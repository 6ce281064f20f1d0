using System.Text;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Tests.Support;

/// <summary>A bus on a transport in memory and a fake clock, and the words for playing with it.</summary>
internal sealed class BusStage : IAsyncDisposable
{
    private EventBus? _bus;

    public BusStage()
    {
        Memory = new InMemoryTransport(new InMemoryOptions(), Time);
        Transport = new FaultyTransport(Memory);
    }

    public Clock Time { get; } = new();

    public RecordedLogs Logs { get; } = new();

    public InMemoryTransport Memory { get; }

    /// <summary>What the bus sees: the transport in memory, with faults on demand.</summary>
    public FaultyTransport Transport { get; }

    public EventBus Bus => _bus ?? throw new InvalidOperationException("Call StartAsync first.");

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<BusStage> StartedAsync(Action<EventBusBuilder> configure, IServiceProvider? services = null)
    {
        var stage = new BusStage();
        await stage.StartAsync(configure, services);
        return stage;
    }

    /// <summary>Starts a bus; a second one after the first was stopped finds what that one left.</summary>
    public async Task StartAsync(Action<EventBusBuilder> configure, IServiceProvider? services = null)
    {
        var builder = new EventBusBuilder { Time = Time, Loggers = Logs, Random = new Random(1) };
        builder.UseTransport(_ => Transport);
        configure(builder);
        _bus = builder.Build(services);
        await _bus.StartAsync(Cancel);
    }

    public async Task<EventId> PublishAsync<T>(T @event, PublishOptions? options = null) where T : notnull
        => (await Bus.PublishAsync(@event, options, Cancel)).Id;

    /// <summary>Sends an envelope past the bus, as another program could.</summary>
    public async Task SendAsync(Envelope envelope)
    {
        await using var sender = await Memory.OpenSenderAsync(envelope.Topic, Cancel);
        await sender.SendAsync(new[] { envelope }, Cancel);
    }

    public Task UntilAsync(Func<bool> holds, string what) => Time.UntilAsync(holds, what);

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync() => await Memory.ListAsync(DeadLetterFilter.All, Cancel).ToListAsync(Cancel);

    /// <summary>Waits for the one dead letter.</summary>
    public async Task<DeadLetter> DeadLetterAsync()
    {
        await Time.UntilAsync(() => Logs.Ids.Contains(203), "a dead letter");
        IReadOnlyList<DeadLetter> letters = [];
        await Time.UntilAsync(async () => (letters = await DeadLettersAsync()).Count > 0, "the dead letter in its store");
        return Assert.Single(letters);
    }

    /// <summary>Drains the bus while the clock runs.</summary>
    public Task StopAsync(CancellationToken hurry) => Time.UntilAsync(Bus.StopAsync(hurry).AsTask(), "the bus to stop");

    public static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
        {
            await StopAsync(new CancellationToken(canceled: true));
        }
    }
}
