using Aldis.Events;

namespace Aldis.Sqs;

/// <summary>
/// The queues of a topic's groups. Listed when it is first asked for, and anew ahead of the time when the list is too old; one that is too old
/// never serves. Queues that this process made are among them at once, and those
/// that it found gone are not, as the service takes a while until its lists say so. Safe for any thread.
/// </summary>
internal sealed class Destinations(Service service, TopicName topic)
{
    /// <summary>For how long the service may list what is gone.</summary>
    private static readonly TimeSpan _memory = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _beforeAnother = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _gone = new(StringComparer.Ordinal);
    private string[] _listed = [];
    private string[] _all = [];
    private long _listedAt;
    private Task<TransportException?>? _listing;

    /// <summary>The URLs.</summary>
    /// <exception cref="TransportException">They are not known, and cannot be found out.</exception>
    public ValueTask<string[]> GetAsync(CancellationToken cancel)
    {
        Task<TransportException?> listing;
        lock (_gate)
        {
            var age = _listedAt == 0 ? TimeSpan.MaxValue : service.Time.GetElapsedTime(_listedAt);
            // Whoever is told that nobody waits is told the truth of now.
            var serves = age < service.Options.Refresh && (_all.Length > 0 || service.Options.WhenUnroutable == SqsUnroutable.Drop);
            if (serves && age < service.Options.Refresh / 2)
            {
                return new(_all);
            }

            listing = _listing ??= ListAsync();
            if (serves)
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

    /// <summary>Waits for a list; as with all that a publish needs, it is tried for as long as a publish is.</summary>
    private async ValueTask<string[]> AfterAsync(Task<TransportException?> listing, CancellationToken cancel)
    {
        var start = service.Time.GetTimestamp();
        while (await listing.WaitAsync(cancel).ConfigureAwait(false) is { } failure)
        {
            if (!SqsFault.MayPass(failure) || service.Time.GetElapsedTime(start) >= service.Options.PublishTimeout)
            {
                throw failure;
            }

            await Task.Delay(_beforeAnother, service.Time, cancel).ConfigureAwait(false);
            lock (_gate)
            {
                listing = _listing ??= ListAsync();
            }
        }

        return Volatile.Read(ref _all);
    }

    /// <summary>Lists them.</summary>
    /// <returns>Why it could not be done; what was listed before then stays, for as long as it may serve.</returns>
    private async Task<TransportException?> ListAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var began = service.Time.GetTimestamp();
        string[]? listed = null;
        try
        {
            listed = await FindAsync().ConfigureAwait(false);
            return null;
        }
        catch (TransportException error)
        {
            service.Log.NotListed(error.Message);
            return error;
        }
        finally
        {
            lock (_gate)
            {
                _listing = null;
                if (listed is not null)
                {
                    _listed = listed;
                    _listedAt = began;
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
