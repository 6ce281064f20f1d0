using System.Security.Cryptography;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.RabbitMq;

/// <summary>What senders, receivers and the dead letters of one transport share: two connections, so that a broker that blocks publishers still hands out, and the channels that publish.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly PublishLane[] _lanes;
    private int _next;

    public Broker(RabbitMqOptions options, BrokerAddress address, TransportContext context, double pace)
    {
        (Options, Time, Pace) = (options, context.Time, pace);
        Log = context.Loggers.CreateLogger("Aldis.RabbitMq");
        Declarations = new Declarations(options.Topology);
        var recipe = new Recipe(options, address);
        Publishing = new Link(recipe, "publishing", Declarations.BaseAsync, context, Log);
        Consuming = new Link(recipe, "consuming", Declarations.BaseAsync, context, Log);
        _lanes = [.. Enumerable.Range(0, options.PublishChannels).Select(_ => new PublishLane(Publishing, options, context))];
        _next = RandomNumberGenerator.GetInt32(_lanes.Length);
    }

    public RabbitMqOptions Options { get; }

    public RabbitMqTopology Topology => Options.Topology;

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    /// <summary>How much quicker the clock runs than that of the broker: 1 but in tests.</summary>
    public double Pace { get; }

    public Declarations Declarations { get; }

    public Link Publishing { get; }

    public Link Consuming { get; }

    /// <summary>One of the channels that publish, each in its turn.</summary>
    public PublishLane Lane() => _lanes[(uint)Interlocked.Increment(ref _next) % (uint)_lanes.Length];

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync().ConfigureAwait(false);
        }

        await Publishing.DisposeAsync().ConfigureAwait(false);
        await Consuming.DisposeAsync().ConfigureAwait(false);
    }
}
