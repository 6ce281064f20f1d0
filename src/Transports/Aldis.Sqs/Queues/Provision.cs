using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aldis.Errors;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>Makes the queues of a group, or looks whether they are what is needed.</summary>
internal sealed class Provision(Service service)
{
    public const string TopicTag = "aldis-topic";
    public const string GroupTag = "aldis-group";

    private const string Fifo = "FifoQueue";

    private static readonly TimeSpan _deadRetention = TimeSpan.FromDays(14);

    /// <summary>The queue of a group and that of its dead letters.</summary>
    /// <exception cref="TransportException">They cannot be had: for now, or until somebody mends what is wrong.</exception>
    public async ValueTask<OpenQueue> OpenAsync(GroupQueue queue, CancellationToken cancel)
    {
        var open = queue.IsPrivate ? new OpenQueue(await MakeAsync(queue.Name, queue, [], cancel).ConfigureAwait(false), null, service.Topology.Retention)
            : service.Topology.UseExisting ? await VerifyAsync(queue, cancel).ConfigureAwait(false)
            : await MakeBothAsync(queue, cancel).ConfigureAwait(false);
        service.Directory.Add(queue, open.Url);
        return open;
    }

    private async ValueTask<OpenQueue> MakeBothAsync(GroupQueue queue, CancellationToken cancel)
    {
        if (await TryFindAsync(queue.Name, cancel).ConfigureAwait(false) is not null)
        {
            return await VerifyAsync(queue, cancel).ConfigureAwait(false);
        }

        var dead = await MakeAsync(QueueNames.DeadOf(service.Topology, queue.Topic, queue.Group), queue,
            [(QueueAttributeName.MessageRetentionPeriod, Number(_deadRetention.TotalSeconds))], cancel).ConfigureAwait(false);
        var policy = new JsonObject { ["deadLetterTargetArn"] = await ArnAsync(dead, cancel).ConfigureAwait(false), ["maxReceiveCount"] = service.Topology.MaxReceiveCount };
        var url = await MakeAsync(queue.Name, queue, [(QueueAttributeName.RedrivePolicy, policy.ToJsonString())], cancel).ConfigureAwait(false);
        service.Log.QueueMade(queue.Name);
        return new OpenQueue(url, dead, service.Topology.Retention);
    }

    private async ValueTask<OpenQueue> VerifyAsync(GroupQueue queue, CancellationToken cancel)
    {
        var url = await service.Directory.UrlAsync(queue.Name, cancel).ConfigureAwait(false);
        var attributes = await AttributesAsync(url, cancel).ConfigureAwait(false);
        var isFifo = attributes.GetValueOrDefault(Fifo) == "true";
        if (isFifo != service.Topology.Fifo)
        {
            throw Differs(queue.Name, $"It is {(isFifo ? "FIFO" : "standard")}, and SqsTopology.Fifo asks for {(service.Topology.Fifo ? "FIFO" : "standard")}.");
        }

        var dead = DeadName(attributes.GetValueOrDefault(QueueAttributeName.RedrivePolicy.Value))
            ?? throw Differs(queue.Name, "It has no redrive policy that names a queue for its dead letters.");
        var retention = int.TryParse(attributes.GetValueOrDefault(QueueAttributeName.MessageRetentionPeriod.Value), CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds) : service.Topology.Retention;
        return new OpenQueue(url, await service.Directory.UrlAsync(dead, cancel).ConfigureAwait(false), retention);
    }

    private async ValueTask<string?> TryFindAsync(string name, CancellationToken cancel)
    {
        try
        {
            return await service.Directory.UrlAsync(name, cancel).ConfigureAwait(false);
        }
        catch (TransportException error) when (SqsFault.IsMissing(error))
        {
            return null;
        }
    }

    private async ValueTask<string> MakeAsync(string name, GroupQueue queue, (QueueAttributeName Name, string Value)[] own, CancellationToken cancel)
    {
        var attributes = new Dictionary<string, string>(service.Topology.Attributes)
        {
            [QueueAttributeName.VisibilityTimeout.Value] = Number(service.Seconds(service.Options.Visibility)),
            [QueueAttributeName.MessageRetentionPeriod.Value] = Number(service.Topology.Retention.TotalSeconds),
        };
        if (queue.IsFifo)
        {
            attributes[Fifo] = "true";
        }

        foreach (var (attribute, value) in own)
        {
            attributes[attribute.Value] = value;
        }

        var tags = new Dictionary<string, string>(service.Topology.Tags) { [TopicTag] = queue.Topic.Value, [GroupTag] = queue.Group.Value };
        var request = new CreateQueueRequest { QueueName = name, Attributes = attributes, Tags = tags };
        try
        {
            var url = (await service.AskAsync((client, ended) => client.CreateQueueAsync(request, ended), cancel).ConfigureAwait(false)).QueueUrl;
            if (service.Topology.Policy is { } policy)
            {
                var arn = await ArnAsync(url, cancel).ConfigureAwait(false);
                var set = new SetQueueAttributesRequest { QueueUrl = url, Attributes = new() { [QueueAttributeName.Policy.Value] = policy(arn) } };
                await service.AskAsync((client, ended) => client.SetQueueAttributesAsync(set, ended), cancel).ConfigureAwait(false);
            }

            return url;
        }
        catch (TransportException error) when (error.InnerException is QueueNameExistsException)
        {
            // Another program made it a moment ago, or it was there with other times: what counts is said in each request.
            return await service.Directory.UrlAsync(name, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask<string> ArnAsync(string url, CancellationToken cancel)
        => (await AttributesAsync(url, cancel).ConfigureAwait(false)).GetValueOrDefault(QueueAttributeName.QueueArn.Value) ?? throw Differs(QueueNames.Last(url), "It has no ARN.");

    private async ValueTask<Dictionary<string, string>> AttributesAsync(string url, CancellationToken cancel)
    {
        var request = new GetQueueAttributesRequest { QueueUrl = url, AttributeNames = [QueueAttributeName.All.Value] };
        return (await service.AskAsync((client, ended) => client.GetQueueAttributesAsync(request, ended), cancel).ConfigureAwait(false)).Attributes ?? [];
    }

    private static string? DeadName(string? policy)
    {
        try
        {
            return policy is not null && JsonNode.Parse(policy)?["deadLetterTargetArn"] is JsonValue arn && arn.TryGetValue<string>(out var text) ? QueueNames.Last(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Number(double value) => ((long)value).ToString(CultureInfo.InvariantCulture);

    private static TransportException Differs(string queue, string why) => new(new Fault(ErrorCodes.SqsQueueDiffers, $"The queue '{queue}' is another one than is needed.", why));
}
