using Aldis.Errors;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>Makes events of what arrives. What is no event becomes a dead letter; what has to wait on is hidden again.</summary>
internal sealed class Arrivals(Service service, GroupQueue queue, Leases leases, Func<IGraveyard> graves)
{
    /// <summary>The event of a message, held from now on; null where there is none to be handed out.</summary>
    /// <param name="url">Where it came from.</param>
    /// <param name="message">The message.</param>
    /// <param name="began">A moment before the service hid it.</param>
    public async ValueTask<Held?> AcceptAsync(string url, Message message, long began)
    {
        var receives = Math.Max(1, MessageReader.Receives(message) - HandBacks.Of(url, message.MessageId));
        var waiting = Waiting.Of(message);
        if (waiting.Rest(receives) is > 0 and var rest)
        {
            await HideAsync(url, message, rest).ConfigureAwait(false);
            return null;
        }

        try
        {
            var envelope = MessageReader.Read(message, queue.Topic, service.Time);
            if (MessageReader.Text(message, Names.Claim) is { } reference && service.Options.Bodies is { } store)
            {
                envelope = envelope with { Body = await store.GetAsync(reference, CancellationToken.None).ConfigureAwait(false) };
            }

            return leases.Add(new Held(message, envelope, waiting.Attempts + Math.Max(1, receives - waiting.Hides), began));
        }
        catch (AldisException error) when (error is not TransportException)
        {
            service.Log.NotAnEvent(queue.Name, error.Fault.Code.Id);
            await BuryAsync(url, message, receives, error).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            service.Log.BodyMissing(queue.Name, error.Message);
        }

        return null;
    }

    private async ValueTask HideAsync(string url, Message message, int seconds)
    {
        try
        {
            var failed = await leases.HideAsync(url, [message], one => one.ReceiptHandle, _ => seconds, CancellationToken.None).ConfigureAwait(false);
            if (failed.Count > 0)
            {
                NotHidden(url, message, $"{failed[0].Why.Code}: {failed[0].Why.Message}");
            }
        }
        catch (TransportException error)
        {
            NotHidden(url, message, error.Message);
        }
    }

    /// <summary>It comes again before its time, and that is no part of its wait.</summary>
    private void NotHidden(string url, Message message, string reason)
    {
        HandBacks.Add(url, message.MessageId);
        service.Log.NotGivenBack(queue.Name, reason);
    }

    private async ValueTask BuryAsync(string url, Message message, int receives, AldisException why)
    {
        try
        {
            var note = DeathNote.Of(queue, receives, $"{why.Fault.Code.Id}: {why.Fault.What} {why.Fault.Why}".TrimEnd(), null, service.Time);
            await graves().BuryAsync([new DeadMessage(message, note)], CancellationToken.None).ConfigureAwait(false);
            await service.AskAsync((client, ended) => client.DeleteMessageAsync(url, message.ReceiptHandle, ended), CancellationToken.None).ConfigureAwait(false);
        }
        catch (TransportException error) when (error.Fault.Code != ErrorCodes.InvalidOption)
        {
            // It comes again when it is visible, and is buried then.
            service.Log.NotGivenBack(queue.Name, error.Message);
        }
    }
}
