using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>A way into a topic: each event goes to the queues of all its groups, and is published when each of them has it.</summary>
internal sealed class SqsSender(Service service, TopicName topic) : ISender
{
    private readonly Outbox _outbox = new(service);
    private readonly SemaphoreSlim _places = new(service.Options.MaxPublishes);

    /// <summary>In FIFO queues a call may not overtake the one before. Elsewhere a few more than there are requests, which are ready when one is answered.</summary>
    public int MaxCalls => service.Topology.Fifo ? 1 : service.Options.MaxPublishes + Math.Max(1, service.Options.MaxPublishes / 4);

    public int MaxBatch => service.Topology.Fifo ? 10 * service.Options.MaxPublishes : 10;

    public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var messages = new SqsMessage[batch.Length];
        for (var index = 0; index < batch.Length; index++)
        {
            messages[index] = await MessageWriter.WriteAsync(batch.Span[index], service.Options, cancel).ConfigureAwait(false);
        }

        if (service.Options.Outlet is { } outlet)
        {
            await outlet.PublishAsync(topic, messages, cancel).ConfigureAwait(false);
            return;
        }

        await _places.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await SendToAllAsync(messages, cancel).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _places.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends to the queues that are known; where none of these is there any more, to those that then are.</summary>
    private async ValueTask SendToAllAsync(SqsMessage[] messages, CancellationToken cancel)
    {
        var destinations = service.Directory.Of(topic);
        while (await destinations.GetAsync(cancel).ConfigureAwait(false) is { Length: > 0 } urls)
        {
            if (await FanOutAsync(urls, messages, cancel).ConfigureAwait(false))
            {
                return;
            }
        }

        if (service.Options.WhenUnroutable == SqsUnroutable.Fail)
        {
            throw new TransportException(new Fault(ErrorCodes.SqsUnroutable, $"No queue waits for the events of '{topic}'.", "No group has subscribed to the topic, or its queue was deleted."));
        }
    }

    /// <summary>Sends to all these queues.</summary>
    /// <returns>False where none of them is there any more.</returns>
    private async ValueTask<bool> FanOutAsync(string[] urls, SqsMessage[] messages, CancellationToken cancel)
    {
        var isStored = false;
        var sending = urls.Select(url => SendAsync(url, messages, cancel)).ToArray();
        await ((Task)Task.WhenAll(sending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var one in sending)
        {
            try
            {
                isStored |= await one.ConfigureAwait(false);
            }
            catch (TransportException error) when (urls.Length > 1 && !error.MayBeStored)
            {
                // It may well be stored in the queues of the others.
                throw new TransportException(error.Fault, mayBeStored: true, error);
            }
        }

        return isStored;
    }

    /// <summary>Sends to a queue.</summary>
    /// <returns>False where it is not there any more.</returns>
    private async Task<bool> SendAsync(string url, SqsMessage[] messages, CancellationToken cancel)
    {
        try
        {
            await _outbox.SendAsync(url, Array.ConvertAll(messages, Entry), cancel).ConfigureAwait(false);
            return true;
        }
        catch (TransportException error) when (SqsFault.IsMissing(error) && service.Topology.PublishTo is null)
        {
            // The group is gone, and its queue with it.
            service.Directory.Of(topic).Remove(url);
            return false;
        }
    }

    private static Outbox.Entry Entry(SqsMessage message) => new(
        new SendMessageBatchRequestEntry
        {
            MessageBody = message.Body, MessageAttributes = MessageWriter.Attributes(message.Attributes),
            MessageGroupId = message.GroupId, MessageDeduplicationId = message.GroupId is null ? null : message.Id.ToString(),
        }, MessageWriter.Size(message.Body, message.Attributes));
}
