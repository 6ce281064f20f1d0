using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>Keeps events in the ledger that a peer without one leaves here. They are checked as if they had been published here.</summary>
internal sealed class Desk(ITransport ledger) : IAsyncDisposable
{
    /// <summary>Callers that wait beyond that are told to come again.</summary>
    private const int MaxWaiting = 64;

    private static readonly EventLimits _limits = new();

    private readonly Dictionary<TopicName, ISender> _senders = [];
    private readonly SemaphoreSlim _turn = new(1);
    private int _waiting;

    /// <summary>Keeps the events of a message and answers. Called by the poller's thread, which it does not hold up.</summary>
    /// <exception cref="MalformedMessageException">It does not even say how to answer.</exception>
    public Task KeepAsync(byte[] message, Action<byte[]> answer)
    {
        var call = new MessageReader(message).UInt32();
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            answer(Messages.Stored(call, Outcome.NotKept, $"More than {MaxWaiting} calls are under way."));
            return Task.CompletedTask;
        }

        return KeepAsync(message, call, answer);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sender in _senders.Values)
        {
            await sender.DisposeAsync().ConfigureAwait(false);
        }

        _turn.Dispose();
    }

    private async Task KeepAsync(byte[] message, uint call, Action<byte[]> answer)
    {
        await Task.Yield();
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var (topic, events) = Read(message);
            if (!_senders.TryGetValue(topic, out var sender))
            {
                sender = await ledger.OpenSenderAsync(topic, CancellationToken.None).ConfigureAwait(false);
                _senders.Add(topic, sender);
            }

            await sender.SendAsync(events, CancellationToken.None).ConfigureAwait(false);
            answer(Messages.Stored(call, Outcome.Kept, null));
        }
        catch (MalformedMessageException error)
        {
            answer(Messages.Stored(call, Outcome.Refused, error.Message));
        }
        catch (TransportException error)
        {
            answer(Messages.Stored(call, error.MayBeStored ? Outcome.PerhapsKept : Outcome.NotKept, error.Message));
        }
        catch (AldisException error)
        {
            answer(Messages.Stored(call, Outcome.Refused, error.Message));
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            _turn.Release();
        }
    }

    private static (TopicName Topic, Envelope[] Events) Read(byte[] message)
    {
        var reader = new MessageReader(message);
        reader.UInt32();
        var topic = Messages.TopicOf(reader.Text());
        var events = new Envelope[reader.Count(EventRecord.LeastBytes)];
        var texts = new RecentTexts();
        for (var index = 0; index < events.Length; index++)
        {
            var envelope = EventRecord.Read(EventRecord.Next(ref reader), topic, texts);
            events[index] = _limits.Check(envelope) is { } fault ? throw new AldisException(fault) : envelope;
        }

        return (topic, events);
    }
}
