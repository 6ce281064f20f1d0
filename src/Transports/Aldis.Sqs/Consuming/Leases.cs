using System.Collections.Concurrent;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// What a receiver holds. From the moment of its receipt each event is kept hidden from others, for as long as it is here; one that may have become visible is lost, and what is said of it
/// later is refused. Safe for any thread.
/// </summary>
internal sealed class Leases : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, Held> _held = new();
    private readonly PeriodicTimer _timer;
    private readonly Service _service;
    private readonly GroupQueue _queue;
    private readonly TimeSpan _visibility;
    private readonly TimeSpan _patience;
    private readonly Task _running;
    private long _lastToken;

    public Leases(Service service, GroupQueue queue)
    {
        (_service, _queue) = (service, queue);
        _visibility = TimeSpan.FromSeconds(service.Seconds(service.Options.Visibility));
        // By the clock of this process: a request that is not answered leaves time for others.
        _patience = TimeSpan.FromSeconds(Math.Max(1, _visibility.TotalSeconds / 6)) * service.Pace;
        Places = new SemaphoreSlim(service.Options.MaxReceives);
        _timer = new PeriodicTimer(service.Options.Visibility / 8, service.Time);
        _running = RunAsync();
    }

    /// <summary>Taken by whoever changes for how long something is hidden, so that nobody hides again what another one shows.</summary>
    public SemaphoreSlim Hiding { get; } = new(1);

    /// <summary>A place for each request that settles or hides.</summary>
    public SemaphoreSlim Places { get; }

    /// <summary>Where the messages come from; null before the queue is open.</summary>
    public string? Url { get; set; }

    /// <summary>For how long its queue keeps a message.</summary>
    public TimeSpan Retention { get; set; }

    public int Count => _held.Count;

    /// <summary>Holds something from now on.</summary>
    public Held Add(Held held)
    {
        held.Token = Interlocked.Increment(ref _lastToken);
        _held[held.Token] = held;
        return held;
    }

    /// <summary>Whether something is still held, and hidden from others.</summary>
    public bool IsLive(long token, Held held) => _held.ContainsKey(token) && held is { IsDone: false, IsLost: false } && !IsOver(held);

    public void Remove(long token) => _held.TryRemove(token, out _);

    /// <summary>Lets go of what is lost; what has only to be deleted stays hidden until it is.</summary>
    public void Drop(Held held)
    {
        if (!held.IsDone)
        {
            _held.TryRemove(KeyValuePair.Create(held.Token, held));
        }
    }

    /// <summary>Takes out everything, and gives what is not settled and not lost.</summary>
    public List<Held> Clear()
    {
        var all = new List<Held>();
        foreach (var token in _held.Keys)
        {
            if (_held.TryRemove(token, out var held) && held is { IsDone: false, IsLost: false } && !IsOver(held))
            {
                all.Add(held);
            }
        }

        return all;
    }

    /// <summary>Changes for how long messages are hidden. A request is given up after a sixth of the visibility, so that one which is not answered does not cost what is held.</summary>
    /// <returns>Those for which it could not be changed.</returns>
    /// <exception cref="TransportException">Nothing is known of some.</exception>
    public Task<List<(T Entry, BatchResultErrorEntry Why)>> HideAsync<T>(string url, IReadOnlyList<T> entries, Func<T, string> handle, Func<T, int> seconds, CancellationToken cancel)
        => Tens.SendAsync(entries, Places, async part =>
        {
            var requests = part.Select((entry, index) => new ChangeMessageVisibilityBatchRequestEntry(Tens.Id(index), handle(entry)) { VisibilityTimeout = seconds(entry) }).ToList();
            return (await _service.AskAsync((client, ended) => client.ChangeMessageVisibilityBatchAsync(url, requests, ended), _patience, cancel).ConfigureAwait(false)).Failed;
        });

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running.ConfigureAwait(false);
    }

    private bool IsOver(Held held) => _service.Since(held.HiddenAt) >= _visibility;

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            await Hiding.WaitAsync().ConfigureAwait(false);
            try
            {
                await ExtendAsync().ConfigureAwait(false);
            }
            catch (TransportException error)
            {
                // There is time for another try.
                _service.Log.NotExtended(_queue.Name, error.Message);
            }
            finally
            {
                Hiding.Release();
            }
        }
    }

    private async ValueTask ExtendAsync()
    {
        var due = new List<Held>();
        foreach (var held in _held.Values)
        {
            // Who was asleep for so long may not take it away from whoever has it now.
            held.IsLost |= IsOver(held);
            if (!held.IsLost && _service.Since(held.HiddenAt) > _visibility / 3)
            {
                due.Add(held);
            }
        }

        if (due.Count == 0 || Url is not { } url)
        {
            return;
        }

        var (start, seconds) = (_service.Time.GetTimestamp(), (int)_visibility.TotalSeconds);
        var failed = await HideAsync(url, due, held => held.Message.ReceiptHandle, _ => seconds, CancellationToken.None).ConfigureAwait(false);
        foreach (var (held, why) in failed)
        {
            held.IsLost |= why.SenderFault == true;
            _service.Log.NotExtended(_queue.Name, $"{why.Code}: {why.Message}");
        }

        foreach (var held in due.Except(failed.Select(one => one.Entry)))
        {
            held.HiddenAt = start;
        }
    }
}
