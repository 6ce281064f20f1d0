using Aldis.Testing.Conformance;
using Aldis.Transports;
using Aldis.Transports.Tests.Sqs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>On the service that all tests share, with queues of its own. Its clock is quick, and what the service is asked to hide is hidden for a time that is short accordingly.</summary>
/// <param name="fifo">Whether its queues are FIFO.</param>
public sealed class SqsFixture(bool fifo) : ITransportFixture, IServerFixture
{
    private const double Pace = 10;

    /// <summary>What has not come by then does not come.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromMinutes(1);

    private readonly QuickTime _time = new(Pace);
    private SqsOptions _options = Queues.Options("sqs://us-east-1?endpoint=http://127.0.0.1:1", fifo) with
    {
        Visibility = TimeSpan.FromSeconds(4 * Pace), LongPoll = TimeSpan.FromSeconds(Pace),
    };

    public TimeProvider Time => _time;

    public async ValueTask ReadyAsync()
    {
        Assert.SkipUnless(SqsServer.IsThere, SqsServer.Missing);
        _options = Queues.At(_options, await SqsServer.SharedUriAsync());
    }

    public ITransport Open() => new SqsTransport(_options, new TransportContext(_time, NullLoggerFactory.Instance)) { Pace = Pace };

    public ValueTask AdvanceAsync(TimeSpan span) => new(Task.Delay((span < _longestWait ? span : _longestWait) / Pace));

    public ValueTask DisposeAsync() => Queues.DeleteAsync(_options);
}
