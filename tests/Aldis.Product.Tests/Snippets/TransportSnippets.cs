using Aldis.Events;
using Aldis.Testing.Conformance;
using Aldis.Transports;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Product.Tests.Snippets;

internal sealed class MyFixture : ITransportFixture
{
    private readonly FakeTimeProvider _time = new();
    private readonly MyTransport _transport;

    public MyFixture() => _transport = new MyTransport(_time);

    public TimeProvider Time => _time;

    public ITransport Open() => _transport;

    public ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal static class MyBuilderExtensions
{
    public static EventBusBuilder UseMine(this EventBusBuilder bus)
        => bus.UseTransport(context => new MyTransport(context.Time));

    public static EventBusBuilder AcceptMine(this EventBusBuilder bus)
        => bus.AcceptTransport(new TransportScheme("mine", "mine:somewhere", (uri, context) => new MyTransport(context.Time)));
}

/// <summary>The guide on transports, word for word: its fixture runs the suite.</summary>
public sealed class TransportSnippets
{
    [Fact]
    public async Task The_fixture_of_the_guide_runs_the_suite()
    {
        var features = new MyTransport(TimeProvider.System).Features;
        foreach (var scenario in ConformanceSuite.Scenarios.Where(scenario => scenario.Needs(features)))
        {
            await ConformanceSuite.RunAsync(scenario, new MyFixture());
        }
    }

    [Fact]
    public async Task The_extensions_of_the_guide_choose_the_transport()
    {
        await using var used = await EventBus.StartAsync(bus => bus.UseMine());
        await using var accepted = await EventBus.StartAsync(bus => bus.AcceptMine().UseConnection("mine:somewhere"));
        Assert.Equal(used.Describe(), accepted.Describe());
    }
}

/// <summary>Stands for somebody's transport: the one in memory, under another name.</summary>
internal sealed class MyTransport(TimeProvider time) : ITransport, IDeadLetterStore
{
    private readonly InMemoryTransport _inner = new(new InMemoryOptions(), time);

    public TransportFeatures Features => _inner.Features with { Remembers = false, Schedules = false };

    public ValueTask StartAsync(CancellationToken cancel) => _inner.StartAsync(cancel);

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => _inner.OpenSenderAsync(topic, cancel);

    public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel) => _inner.OpenReceiverAsync(spec, cancel);

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _inner.ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _inner.RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => _inner.ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _inner.DiscardAsync(filter, cancel);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();
}
