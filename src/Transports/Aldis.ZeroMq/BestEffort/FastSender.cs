using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>A way into a topic at best effort: complete when the events have gone to the sockets, wait in a queue for them, or were dropped and counted.</summary>
internal sealed class FastSender(TopicName topic, Audience audience, Poller poller, int maxMessage) : ISender
{
    /// <summary>While one batch is encoded, others are sent.</summary>
    public int MaxCalls => 4;

    public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        var parcels = Parcel.Of(batch.Span);
        if (parcels.Exists(parcel => parcel.Message.Length > maxMessage))
        {
            throw new TransportException(new Fault(ErrorCodes.BodyTooLarge, $"An event of {topic} does not fit into a message (ZeroMqOptions.MaxMessageBytes)."));
        }

        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!poller.Do(() =>
            {
                try
                {
                    audience.Send(topic, parcels);
                    sent.SetResult();
                }
#pragma warning disable CA1031 // Whoever publishes is told, whatever it is.
                catch (Exception error)
#pragma warning restore CA1031
                {
                    sent.SetException(new TransportException(new Fault(ErrorCodes.PublishUnknown, $"Events of {topic} could not be sent.", error.Message), mayBeStored: true));
                }
            }))
        {
            throw new TransportException(new Fault(ErrorCodes.NotRunning, "The ZeroMQ transport is closed."));
        }

        await sent.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
