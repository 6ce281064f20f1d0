using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>The publishers of a bus, one for each topic, made when a topic is first published on.</summary>
internal sealed class Publishers(ITransport transport)
{
    private readonly ConcurrentDictionary<TopicName, Lazy<Task<Publisher>>> _publishers = new();
    private volatile bool _stopped;

    public async ValueTask PublishAsync(Envelope envelope, CancellationToken cancel)
    {
        if (_stopped)
        {
            throw new PublishException(envelope, mayBeStored: false, "The bus has stopped.", null);
        }

        var opening = _publishers.GetOrAdd(envelope.Topic, Open);
        await (await OpenedAsync(opening, envelope).ConfigureAwait(false)).PublishAsync(envelope, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends what waits; what is not sent by then fails.</summary>
    public async ValueTask StopAsync(TimeSpan limit, TimeProvider time)
    {
        _stopped = true;
        var opened = Opened();
        using var late = new CancellationTokenSource(limit, time);
        await using var abandon = late.Token.Register(() => opened.ForEach(publisher => publisher.Abandon())).ConfigureAwait(false);
        foreach (var publisher in opened)
        {
            await publisher.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Where opening fails, this caller learns why, and whoever asks next opens it anew.</summary>
    private async ValueTask<Publisher> OpenedAsync(Lazy<Task<Publisher>> opening, Envelope envelope)
    {
        try
        {
            return await opening.Value.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _publishers.TryRemove(KeyValuePair.Create(envelope.Topic, opening));
            throw new PublishException(envelope, mayBeStored: false, error.Message, error);
        }
    }

    private List<Publisher> Opened()
        => [.. _publishers.Values.Where(lazy => lazy.IsValueCreated && lazy.Value.IsCompletedSuccessfully).Select(lazy => lazy.Value.GetAwaiter().GetResult())];

    private Lazy<Task<Publisher>> Open(TopicName topic) => new(() => OpenAsync(topic));

    private async Task<Publisher> OpenAsync(TopicName topic)
        => new(await transport.OpenSenderAsync(topic, CancellationToken.None).ConfigureAwait(false));
}
