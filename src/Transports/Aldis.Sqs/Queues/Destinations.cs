using Aldis.Events;

namespace Aldis.Sqs;

/// <summary>
/// The queues of a topic's groups. Listed when it is first asked for, and anew when the list is old; meanwhile the old one serves. Queues that this process made are among them at once, and those
/// that it found gone are not, as the service takes a while until its lists say so. Safe for any thread.
/// </summary>
internal sealed class Destinations(Service service, TopicName topic)
{
    /// <summary>For how long the service may list what is gone.</summary>
    private static readonly TimeSpan _memory = TimeSpan.FromSeconds(90);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _gone = new(StringComparer.Ordinal);
    private string[] _listed = [];
    private string[] _all = [];
    private long _listedAt;
    private Task? _listing;

    /// <summary>The URLs.</summary>
    /// <exception cref="TransportException">They are not known, and cannot be found out.</exception>
    public ValueTask<string[]> GetAsync(CancellationToken cancel)
    {
        Task listing;
        lock (_gate)
        {
            var isOld = _listedAt == 0 || service.Time.GetElapsedTime(_listedAt) >= service.Options.Refresh;
            // Whoever is told that nobody waits is told the truth of now.
            if (!isOld && (_all.Length > 0 || service.Options.WhenUnroutable == SqsUnroutable.Drop))
            {
                return new(_all);
            }

            listing = _listing ??= ListAsync();
            if (_listedAt != 0 && _all.Length > 0)
            {
                return new(_all);
            }
        }

        return AfterAsync(listing, cancel);
    }

    public void Add(string url)
    {
        lock (_gate)
        {
            _own.Add(url);
            _gone.Remove(url);
            Merge();
        }
    }

    public void Remove(string url)
    {
        lock (_gate)
        {
            _own.Remove(url);
            _gone[url] = service.Time.GetTimestamp();
            Merge();
        }
    }

    private async ValueTask<string[]> AfterAsync(Task listing, CancellationToken cancel)
    {
        await listing.WaitAsync(cancel).ConfigureAwait(false);
        return Volatile.Read(ref _all);
    }

    private async Task ListAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        string[]? listed = null;
        try
        {
            listed = await FindAsync().ConfigureAwait(false);
        }
        catch (TransportException error) when (Volatile.Read(ref _listedAt) != 0)
        {
            // What was known goes on being used.
            service.Log.NotListed(error.Message);
        }
        finally
        {
            lock (_gate)
            {
                _listing = null;
                if (listed is not null)
                {
                    _listed = listed;
                    _listedAt = service.Time.GetTimestamp();
                    Merge();
                }
            }
        }
    }

    private async ValueTask<string[]> FindAsync()
    {
        if (service.Topology.PublishTo is { } said)
        {
            return await Task.WhenAll(said(topic).Select(name => service.Directory.UrlAsync(name, CancellationToken.None).AsTask())).ConfigureAwait(false);
        }

        var found = await service.Directory.ListAsync(QueueNames.Beginning(service.Topology, topic), CancellationToken.None).ConfigureAwait(false);
        var ofKind = found.FindAll(url => url.EndsWith(QueueNames.FifoEnd, StringComparison.Ordinal) == service.Topology.Fifo);
        return [.. await service.Directory.LivingAsync(ofKind).ConfigureAwait(false)];
    }

    private void Merge()
    {
        foreach (var (url, since) in _gone.ToArray())
        {
            if (service.Time.GetElapsedTime(since) > _memory)
            {
                _gone.Remove(url);
            }
        }

        Volatile.Write(ref _all, [.. _own.Union(service.Topology.PublishTo is null ? _listed.Where(url => !_gone.ContainsKey(url)) : _listed)]);
    }
}
