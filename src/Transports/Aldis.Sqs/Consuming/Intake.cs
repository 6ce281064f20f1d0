using Aldis.Transports;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// Asks the service for events, as long as somebody wants some: with one request where there is nothing, with more beside each other where each brings ten. What has arrived waits here until it is taken. A
/// request is never broken off: what it would have brought would be hidden from all. Safe for any thread.
/// </summary>
/// <param name="service">The service.</param>
/// <param name="acceptAsync">Makes an event of a message that came from a queue by a request that began then; null where it is none to be handed out.</param>
/// <param name="giveBackAsync">Gives back what arrives when nobody is here any more.</param>
internal sealed class Intake(Service service, Func<string, Message, long, ValueTask<Held?>> acceptAsync, Func<string, IReadOnlyList<Held>, ValueTask> giveBackAsync)
{
    private const int MaxMessages = 10;

    private readonly Lock _gate = new();
    private readonly Queue<Held> _arrived = new();
    private readonly Pulse _changed = new();
    private TransportException? _failure;
    private string _url = "";
    private int _polls;
    private int _width = 1;
    private int _most;
    private bool _isWanted;
    private bool _isOver;

    /// <summary>Taken before it is looked whether something has arrived.</summary>
    public Task Next => _changed.Next;

    /// <summary>Whether something has arrived and is not taken.</summary>
    public bool HasArrived
    {
        get
        {
            lock (_gate)
            {
                return _arrived.Count > 0;
            }
        }
    }

    /// <summary>Asks for events from now on, until <see cref="Stop"/>.</summary>
    /// <param name="url">The queue.</param>
    /// <param name="most">How many may wait here.</param>
    public void Want(string url, int most)
    {
        lock (_gate)
        {
            (_url, _most, _isWanted) = (url, Math.Max(most, MaxMessages), true);
            Fill();
        }
    }

    /// <summary>Takes the next that has arrived.</summary>
    public bool TryTake(out Held? held)
    {
        lock (_gate)
        {
            return _arrived.TryDequeue(out held);
        }
    }

    /// <summary>Why nothing comes; told once.</summary>
    public TransportException? TakeFailure()
    {
        lock (_gate)
        {
            var failure = _failure;
            _failure = null;
            return failure;
        }
    }

    /// <summary>Asks for no more. What is on its way still arrives.</summary>
    /// <param name="forGood">Whether what still arrives is given back.</param>
    /// <returns>What has arrived and was not taken.</returns>
    public IReadOnlyList<Held> Stop(bool forGood)
    {
        lock (_gate)
        {
            (_isWanted, _isOver) = (false, _isOver || forGood);
            Held[] left = [.. _arrived];
            _arrived.Clear();
            return left;
        }
    }

    private void Fill()
    {
        while (_isWanted && !_isOver && _failure is null && _polls < _width && _arrived.Count + (_polls * MaxMessages) < _most)
        {
            _polls++;
            service.Note(PollAsync(_url));
        }
    }

    private async Task PollAsync(string url)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var began = service.Time.GetTimestamp();
        var accepted = new List<Held>(MaxMessages);
        TransportException? failure = null;
        var received = 0;
        try
        {
            var messages = await ReceiveAsync(url).ConfigureAwait(false);
            received = messages.Count;
            foreach (var message in messages)
            {
                if (await acceptAsync(url, message, began).ConfigureAwait(false) is { } held)
                {
                    accepted.Add(held);
                }
            }
        }
        catch (TransportException error)
        {
            failure = error;
        }

        if (!Arrived(accepted, received, failure))
        {
            await giveBackAsync(url, accepted).ConfigureAwait(false);
        }
    }

    /// <summary>What a request has brought is here.</summary>
    /// <returns>False where nobody is here any more.</returns>
    private bool Arrived(List<Held> accepted, int received, TransportException? failure)
    {
        lock (_gate)
        {
            _polls--;
            if (_isOver)
            {
                return false;
            }

            accepted.ForEach(_arrived.Enqueue);
            _failure ??= failure;
            _width = received == MaxMessages ? Math.Min(_width * 2, service.Options.MaxReceives) : received == 0 ? 1 : _width;
            Fill();
        }

        _changed.Beat();
        return true;
    }

    private async ValueTask<List<Message>> ReceiveAsync(string url)
    {
        var request = new ReceiveMessageRequest
        {
            QueueUrl = url, MaxNumberOfMessages = MaxMessages, WaitTimeSeconds = service.Seconds(service.Options.LongPoll), VisibilityTimeout = service.Seconds(service.Options.Visibility),
            MessageAttributeNames = ["All"], MessageSystemAttributeNames = ["ApproximateReceiveCount"],
        };
        return (await service.AskAsync((client, ended) => client.ReceiveMessageAsync(request, ended), CancellationToken.None).ConfigureAwait(false)).Messages ?? [];
    }
}
