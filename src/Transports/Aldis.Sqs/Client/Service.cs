using System.Collections.Concurrent;
using Aldis.Transports;
using Amazon;
using Amazon.SQS;
using Microsoft.Extensions.Logging;

namespace Aldis.Sqs;

/// <summary>What senders, receivers and dead letters of one transport share: the client, and what it has on its way. Safe for any thread.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, bool> _polls = new();
    private readonly ConcurrentDictionary<string, QueueGraveyard> _graveyards = new(StringComparer.Ordinal);

    public Service(SqsOptions options, TransportContext context, double pace)
    {
        (Options, Time, Pace) = (options, context.Time, pace);
        Log = context.Loggers.CreateLogger("Aldis.Sqs");
        Client = MakeClient(options);
        Directory = new QueueDirectory(this);
    }

    public SqsOptions Options { get; }

    public SqsTopology Topology => Options.Topology;

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public IAmazonSQS Client { get; }

    public QueueDirectory Directory { get; }

    /// <summary>How much quicker the clock runs than that of the service: 1 but in tests.</summary>
    public double Pace { get; }

    /// <summary>A span in the whole seconds of the service, rounded up.</summary>
    public int Seconds(TimeSpan span) => (int)Math.Min(int.MaxValue, Math.Ceiling(Math.Max(0, span.TotalSeconds) / Pace));

    /// <summary>How long ago something was, by the clock of the service.</summary>
    public TimeSpan Since(long timestamp) => Time.GetElapsedTime(timestamp) / Pace;

    /// <summary>Asks the service for something.</summary>
    /// <exception cref="TransportException">It cannot be had.</exception>
    public async Task<T> AskAsync<T>(Func<IAmazonSQS, CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call(Client, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancel.IsCancellationRequested)
        {
            throw SqsFault.Explain(error);
        }
    }

    /// <summary>Asks the service for something that has to be had soon, or not at all.</summary>
    /// <exception cref="TransportException">It cannot be had in time.</exception>
    public async Task<T> AskAsync<T>(Func<IAmazonSQS, CancellationToken, Task<T>> call, TimeSpan patience, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(patience, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        var ended = either.Token;
        return await AskAsync((client, _) => call(client, ended), cancel).ConfigureAwait(false);
    }

    /// <summary>The dead letters in a queue.</summary>
    public QueueGraveyard GraveyardOf(string url) => _graveyards.GetOrAdd(url, static (key, service) => new QueueGraveyard(service, key), this);

    /// <summary>Notes a request for events, which is not to be broken off: what it brings would be hidden from all.</summary>
    public void Note(Task poll)
    {
        if (_polls.TryAdd(poll, true))
        {
            poll.ContinueWith(static (ended, all) => ((ConcurrentDictionary<Task, bool>)all!).TryRemove(ended, out _), _polls,
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Waits for the requests that are on their way. By the clock of the machine, as the service lives by that.</summary>
    public async ValueTask DisposeAsync()
    {
        var patience = TimeSpan.FromSeconds(Seconds(Options.LongPoll)) + Options.RequestTimeout;
        await Task.WhenAll(_polls.Keys).WaitAsync(patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Client.Dispose();
    }

    private AmazonSQSClient MakeClient(SqsOptions options)
    {
        // What fails is tried again here, where it is known what for.
        var config = new AmazonSQSConfig { MaxErrorRetry = 0, Timeout = TimeSpan.FromSeconds(Seconds(options.LongPoll)) + options.RequestTimeout };
        if (options.Endpoint is not null)
        {
            config.ServiceURL = options.Endpoint;
            config.AuthenticationRegion = options.Region;
        }
        else if (options.Region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        options.Configure?.Invoke(config);
        return options.Credentials is null ? new AmazonSQSClient(config) : new AmazonSQSClient(options.Credentials, config);
    }
}
