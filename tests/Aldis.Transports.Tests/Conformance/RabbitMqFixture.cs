using Aldis.Testing.Conformance;
using Aldis.Transports;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>On the broker that all tests share, with exchanges and queues of its own. Its clock is quick, and the delays on the broker are short accordingly.</summary>
public sealed class RabbitMqFixture : ITransportFixture, IServerFixture
{
    private const double Pace = 30;

    /// <summary>What has not come by then does not come.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(1);

    private static int _count;

    private readonly QuickTime _time = new(Pace);
    private readonly string _prefix = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
    private readonly List<string> _queues = [];
    private string _uri = "amqp://127.0.0.1/";

    public TimeProvider Time => _time;

    public async ValueTask ReadyAsync()
    {
        Assert.SkipUnless(RabbitServer.IsThere, "the Debian package rabbitmq-server is missing");
        _uri = (await RabbitServer.SharedAsync()).Uri;
    }

    public ITransport Open()
    {
        var topology = new RabbitMqTopology { Prefix = _prefix };
        return new RabbitMqTransport(
            new RabbitMqOptions { Uri = _uri, Topology = topology with { QueueName = (topic, group) => Named($"{_prefix}:{topic}:{group}") } },
            new TransportContext(_time, NullLoggerFactory.Instance)) { Pace = Pace };
    }

    public ValueTask AdvanceAsync(TimeSpan span) => new(Task.Delay((span < _longestWait ? span : _longestWait) / Pace));

    public async ValueTask DisposeAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in _queues.Append(_prefix + ":dead").Distinct())
        {
            await channel.QueueDeleteAsync(queue);
        }
    }

    private string Named(string queue)
    {
        lock (_queues)
        {
            _queues.Add(queue);
        }

        return queue;
    }
}
