using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>Which queues there are, as far as this process knows. Safe for any thread.</summary>
internal sealed class QueueDirectory(Service service)
{
    private readonly ConcurrentDictionary<string, Task<string>> _urls = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TopicName, Destinations> _topics = new();
    private readonly Undertaker _undertaker = new(service);

    /// <summary>The URL of a queue, asked for once.</summary>
    /// <exception cref="TransportException">It is not there, or cannot be found out.</exception>
    public async ValueTask<string> UrlAsync(string name, CancellationToken cancel)
    {
        var asking = _urls.GetOrAdd(name, static (key, directory) => directory.AskUrlAsync(key), this);
        try
        {
            return await asking.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception) when (asking.IsFaulted || asking.IsCanceled)
        {
            _urls.TryRemove(KeyValuePair.Create(name, asking));
            throw;
        }
    }

    /// <summary>The queues to which a topic's events go.</summary>
    public Destinations Of(TopicName topic) => _topics.GetOrAdd(topic, static (key, directory) => new Destinations(service: directory.Service, key), this);

    /// <summary>A queue that this process has found or made for a group.</summary>
    public void Add(GroupQueue queue, string url)
    {
        _urls[queue.Name] = Task.FromResult(url);
        Of(queue.Topic).Add(url);
    }

    /// <summary>A queue is gone.</summary>
    public void Remove(GroupQueue queue, string url)
    {
        _urls.TryRemove(queue.Name, out _);
        Of(queue.Topic).Remove(url);
    }

    /// <summary>Every queue whose name begins so.</summary>
    /// <exception cref="TransportException">They cannot be listed.</exception>
    public async ValueTask<List<string>> ListAsync(string beginning, CancellationToken cancel)
    {
        var urls = new List<string>();
        string? next = null;
        do
        {
            var request = new ListQueuesRequest { QueueNamePrefix = beginning, MaxResults = 1000, NextToken = next };
            var page = await service.AskAsync((client, ended) => client.ListQueuesAsync(request, ended), cancel).ConfigureAwait(false);
            urls.AddRange(page.QueueUrls ?? []);
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
        return urls;
    }

    /// <summary>Of some queues, those that have somebody; what is left of private groups is cleared away.</summary>
    public ValueTask<List<string>> LivingAsync(List<string> urls) => _undertaker.SortAsync(urls);

    private Service Service => service;

    private async Task<string> AskUrlAsync(string name)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return (await service.AskAsync((client, ended) => client.GetQueueUrlAsync(name, ended), CancellationToken.None).ConfigureAwait(false)).QueueUrl;
        }
        catch (TransportException error) when (SqsFault.IsMissing(error))
        {
            throw new TransportException(new Fault(ErrorCodes.SqsQueueMissing, $"The queue '{name}' is not there."), inner: error);
        }
    }
}
