using Aldis.Errors;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// The queue of a group's dead letters, read as a whole: everything, up to a bound, is taken out, some of it may be dealt with, and the rest is shown again. Meanwhile nobody else sees it: readers of this process
/// take turns, those of other processes may find less than there is.
/// </summary>
/// <param name="service">The service.</param>
/// <param name="url">The queue.</param>
internal sealed class QueueGraveyard(Service service, string url) : IGraveyard
{
    /// <summary>For how long what is taken out stays hidden when its reader dies.</summary>
    private const int VisitSeconds = 120;

    /// <summary>How much one visit takes out, and for how long, so that what it took first is still hidden when it is shown again.</summary>
    private const int Most = 10_000;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(VisitSeconds / 2);

    private static readonly SemaphoreSlim _places = new(8);
    private readonly Outbox _outbox = new(service);
    private (string Topic, string Group)? _owner;

    public async ValueTask BuryAsync(IReadOnlyList<DeadMessage> dead, CancellationToken cancel)
    {
        if (dead.Count > 0)
        {
            await _outbox.SendAsync(url, [.. dead.Select(Entry)], cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask VisitAsync(DeadLetterFilter filter, Func<IReadOnlyList<DeadMessage>, ValueTask<IReadOnlyList<DeadMessage>>> deal, CancellationToken cancel)
    {
        var all = await TakeAsync(cancel).ConfigureAwait(false);
        var gone = new HashSet<DeadMessage>(ReferenceEqualityComparer.Instance);
        try
        {
            gone.UnionWith(await deal([.. all.Where(dead => filter.Means(dead.Letter(service.Time))).OrderBy(dead => dead.Note.DiedAt)]).ConfigureAwait(false));
            await Tens.SendAsync([.. gone], _places, DeleteAsync).ConfigureAwait(false);
        }
        finally
        {
            await Tens.SendAsync([.. all.Where(dead => !gone.Contains(dead))], _places, ShowAsync).ConfigureAwait(false);
        }
    }

    /// <summary>Where each has a message group of its own: else all of a key but the first would be hidden while it is looked at.</summary>
    private Outbox.Entry Entry(DeadMessage dead)
    {
        var room = service.Options.MaxMessageBytes - MessageWriter.Size(dead.Message.Body ?? "", Texts(dead.Attributes())) - Names.Death.Length - Names.Text.Length;
        var attributes = dead.AttributesWithNote(Math.Max(room, 256));
        var id = service.Topology.Fifo ? EventId.New(service.Time).ToString() : null;
        return new Outbox.Entry(new SendMessageBatchRequestEntry { MessageBody = dead.Message.Body, MessageAttributes = attributes, MessageGroupId = id, MessageDeduplicationId = id },
            MessageWriter.Size(dead.Message.Body ?? "", Texts(attributes)));
    }

    private async ValueTask<List<DeadMessage>> TakeAsync(CancellationToken cancel)
    {
        var (all, start, isRound) = (new Dictionary<string, DeadMessage>(StringComparer.Ordinal), service.Time.GetTimestamp(), false);
        while (!isRound && all.Count < Most && service.Since(start) < _longest && await ReceiveSomeAsync(cancel).ConfigureAwait(false) is { Count: > 0 } taken)
        {
            foreach (var message in taken)
            {
                // What was taken before is visible again: from here on it would be all the same ones. The last receipt counts.
                isRound |= all.ContainsKey(message.MessageId);
                var note = DeathNote.Read(MessageReader.Text(message, Names.Death)) ?? await UnknownAsync(message, cancel).ConfigureAwait(false);
                all[message.MessageId] = new DeadMessage(message, note);
            }
        }

        return [.. all.Values];
    }

    /// <summary>Some of what is left. The service looks into a part of its machines, unless it is to wait; and it lists a queue for a while after that was deleted.</summary>
    private async ValueTask<List<Message>> ReceiveSomeAsync(CancellationToken cancel)
    {
        try
        {
            var taken = await ReceiveAsync(0, cancel).ConfigureAwait(false);
            return taken.Count > 0 || await IsEmptyAsync(cancel).ConfigureAwait(false) ? taken : await ReceiveAsync(1, cancel).ConfigureAwait(false);
        }
        catch (TransportException error) when (SqsFault.IsMissing(error))
        {
            return [];
        }
    }

    private async ValueTask<List<Message>> ReceiveAsync(int wait, CancellationToken cancel)
    {
        var request = new ReceiveMessageRequest
        {
            QueueUrl = url, MaxNumberOfMessages = 10, WaitTimeSeconds = wait, VisibilityTimeout = VisitSeconds, MessageAttributeNames = ["All"], MessageSystemAttributeNames = ["All"],
        };
        return (await service.AskAsync((client, ended) => client.ReceiveMessageAsync(request, ended), cancel).ConfigureAwait(false)).Messages ?? [];
    }

    private async ValueTask<bool> IsEmptyAsync(CancellationToken cancel)
    {
        var request = new GetQueueAttributesRequest { QueueUrl = url, AttributeNames = ["ApproximateNumberOfMessages"] };
        var answer = await service.AskAsync((client, ended) => client.GetQueueAttributesAsync(request, ended), cancel).ConfigureAwait(false);
        return (answer.Attributes?.GetValueOrDefault("ApproximateNumberOfMessages") ?? "0") == "0";
    }

    /// <summary>SQS took it for dead, and says neither why nor when.</summary>
    private async ValueTask<DeathNote> UnknownAsync(Message message, CancellationToken cancel)
    {
        _owner ??= await OwnerAsync(cancel).ConfigureAwait(false);
        var sent = long.TryParse(message.Attributes?.GetValueOrDefault("SentTimestamp"), System.Globalization.CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : DateTimeOffset.UnixEpoch;
        return new DeathNote(_owner.Value.Topic, _owner.Value.Group, MessageReader.Receives(message),
            $"{ErrorCodes.AttemptsExhausted.Id}: it came out of its queue more often than the redrive policy of that allows.", null, sent, "");
    }

    private async ValueTask<(string Topic, string Group)> OwnerAsync(CancellationToken cancel)
    {
        var tags = await service.AskAsync((client, ended) => client.ListQueueTagsAsync(new ListQueueTagsRequest { QueueUrl = url }, ended), cancel).ConfigureAwait(false);
        return (tags.Tags?.GetValueOrDefault(Provision.TopicTag) ?? "unknown", tags.Tags?.GetValueOrDefault(Provision.GroupTag) ?? "unknown");
    }

    private async Task<List<BatchResultErrorEntry>?> DeleteAsync(DeadMessage[] part)
    {
        var entries = part.Select((dead, index) => new DeleteMessageBatchRequestEntry(Tens.Id(index), dead.Message.ReceiptHandle)).ToList();
        return (await service.AskAsync((client, ended) => client.DeleteMessageBatchAsync(url, entries, ended), CancellationToken.None).ConfigureAwait(false)).Failed;
    }

    private async Task<List<BatchResultErrorEntry>?> ShowAsync(DeadMessage[] part)
    {
        var entries = part.Select((dead, index) => new ChangeMessageVisibilityBatchRequestEntry(Tens.Id(index), dead.Message.ReceiptHandle) { VisibilityTimeout = 0 }).ToList();
        return (await service.AskAsync((client, ended) => client.ChangeMessageVisibilityBatchAsync(url, entries, ended), CancellationToken.None).ConfigureAwait(false)).Failed;
    }

    private static IEnumerable<KeyValuePair<string, string>> Texts(Dictionary<string, MessageAttributeValue> attributes)
        => attributes.Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value.StringValue ?? ""));
}
