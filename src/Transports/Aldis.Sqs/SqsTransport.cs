using System.Collections.Concurrent;
using System.Globalization;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Sqs;
using Aldis.Transports;
using Amazon.SQS.Model;

namespace Aldis;

/// <summary>
/// Events over Amazon SQS. A publish is complete when the queue of each group of the topic has the event, on several machines of the service. What a group holds is hidden from its other members for as long as
/// it works on it; what is not settled by a process that dies, another one gets when it is visible again.
/// </summary>
public sealed partial class SqsTransport : ITransport, IDeadLetterStore, IBacklog
{
    private readonly ConcurrentDictionary<SqsReceiver, bool> _receivers = new();
    private readonly SqsOptions _options;
    private readonly TransportContext _context;
    private Service? _service;

    /// <summary>Makes a transport; the service is first spoken to by <see cref="StartAsync"/>.</summary>
    /// <param name="options">Where the service is and how the bus behaves towards it.</param>
    /// <param name="context">The clock and the log.</param>
    /// <exception cref="ConfigurationException">The options have faults.</exception>
    public SqsTransport(SqsOptions options, TransportContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _context) = (options.Validate().ToArray() is { Length: > 0 } faults ? throw new ConfigurationException(faults) : options, context);
        var endpoint = options.Endpoint is { } said ? new Uri(said) : null;
        Features = new TransportFeatures
        {
            System = "aws_sqs", ServerAddress = endpoint?.Host ?? (options.Region is { } region ? $"sqs.{region}.amazonaws.com" : null), ServerPort = endpoint?.Port,
            Durable = Durability.Replicated, KeyOwner = options.Topology.Fifo, DeadLetters = true, Delays = true, Deduplicates = options.Topology.Fifo,
            MaxBody = options.Bodies is null ? MessageWriter.MaxBody(options) : null,
        };
    }

    /// <inheritdoc/>
    public TransportFeatures Features { get; }

    /// <summary>How much quicker the clock runs than that of the service. For tests of long delays.</summary>
    internal double Pace { get; init; } = 1;

    private Service Service => Volatile.Read(ref _service) ?? throw new AldisException(new Fault(ErrorCodes.NotRunning, "The SQS transport is not started, or closed."));

    /// <summary>Looks whether the service lets the program in. A service that is away is no fault, nor is one that does not let it list queues.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="AldisException">ALD2302: there are no credentials, or they are refused.</exception>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        var service = new Service(_options, _context, Pace);
        try
        {
            var request = new ListQueuesRequest { QueueNamePrefix = _options.Topology.Prefix, MaxResults = 1 };
            await service.AskAsync((client, ended) => client.ListQueuesAsync(request, ended), cancel).ConfigureAwait(false);
        }
        catch (TransportException error) when (error.Fault.Code == ErrorCodes.SqsUnavailable)
        {
            service.Log.StartsWithout(error.Fault.Why ?? "");
        }
        catch (TransportException error) when (SqsFault.IsDenied(error))
        {
            // Whoever has as few rights as possible does not need this one, if it only receives.
        }
        catch
        {
            await service.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Volatile.Write(ref _service, service);
    }

    /// <inheritdoc/>
    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new SqsSender(Service, topic));

    /// <inheritdoc/>
    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var receiver = new SqsReceiver(Service, spec, gone => _receivers.TryRemove(gone, out _));
        _receivers.TryAdd(receiver, true);
        try
        {
            await receiver.OpenAsync(cancel).ConfigureAwait(false);
        }
        catch (TransportException error) when (!SqsFault.IsForUser(error) || (SqsFault.IsMissing(error) && !_options.Topology.UseExisting))
        {
            // The service is away, or has not everywhere heard yet of the queue that it has made: it is opened when it is there.
        }
        catch
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return receiver;
    }

    /// <summary>What the service says of the group's queue, which is about right: what waits, what is hidden because somebody holds it, and what is to come later.</summary>
    /// <inheritdoc/>
    public async ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
    {
        var service = Service;
        var queue = _receivers.Keys.FirstOrDefault(one => one.Queue.Topic == topic && one.Queue.Group == group)?.Queue ?? GroupQueue.Of(topic, group, isPrivate: false, _options.Topology);
        try
        {
            var url = await service.Directory.UrlAsync(queue.Name, cancel).ConfigureAwait(false);
            var request = new GetQueueAttributesRequest
            {
                QueueUrl = url, AttributeNames = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"],
            };
            var answer = await service.AskAsync((client, ended) => client.GetQueueAttributesAsync(request, ended), cancel).ConfigureAwait(false);
            return new Backlog((answer.Attributes ?? []).Values.Sum(value => long.Parse(value, CultureInfo.InvariantCulture)), null);
        }
        catch (TransportException error) when (SqsFault.IsMissing(error))
        {
            return default;
        }
    }

    /// <summary>Waits for the requests for events that are on their way, for <see cref="SqsOptions.LongPoll"/> at most, so that what they bring is given back.</summary>
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_receivers.Keys.Select(receiver => receiver.DisposeAsync().AsTask())).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _service, null) is { } service)
        {
            await service.DisposeAsync().ConfigureAwait(false);
        }
    }
}
