using Aldis.Errors;
using Aldis.Events;

namespace Aldis.Lambda;

/// <summary>One batch on its way through the groups.</summary>
internal sealed class BatchRun(Entries entries, IReadOnlyList<Record> records)
{
    /// <summary>The bus has its own limits, and says them.</summary>
    private static readonly EventLimits _limits = new() { MaxBodyBytes = int.MaxValue - 8, MaxHeaders = 1024, MaxHeaderBytes = 1 << 20 };

    /// <summary>Has it handled; lanes beside each other, the events of one after another.</summary>
    /// <returns>The messages that failed, in the order of the batch.</returns>
    public async ValueTask<IReadOnlyList<string>> RunAsync(CancellationToken cancel)
    {
        var failed = new HashSet<Record>(ReferenceEqualityComparer.Instance);
        var lanes = records.Where(record => record.Lane is not null).GroupBy(record => record.Lane, StringComparer.Ordinal).Select(lane => lane.ToArray())
            .Concat(records.Where(record => record.Lane is null).Select(record => new[] { record }));
        await Task.WhenAll(lanes.Select(async lane =>
        {
            var done = 0;
            while (done < lane.Length && await IsHandledAsync(lane[done], cancel).ConfigureAwait(false))
            {
                done++;
            }

            lock (failed)
            {
                failed.UnionWith(lane.Skip(done));
            }
        })).ConfigureAwait(false);
        return [.. records.Where(failed.Contains).Select(record => record.MessageId)];
    }

    private async Task<bool> IsHandledAsync(Record record, CancellationToken cancel)
    {
        var context = entries.Context ?? throw new AldisException(new Fault(ErrorCodes.NotRunning, "No bus receives from the function.", null, "Start a bus with bus.ReceiveFrom(function)."));
        Envelope envelope;
        try
        {
            envelope = CloudEventText.Read(record.Attributes, record.Body, context.Time, limits: _limits);
        }
        catch (AldisException error)
        {
            entries.Log.NotAnEvent(record.MessageId, error.Fault.Code.Id);
            return false;
        }

        var receivers = entries.Of(envelope.Topic);
        if (receivers.Count == 0)
        {
            entries.Log.NoGroup(record.MessageId, envelope.Topic.Value);
            return false;
        }

        var handled = await Task.WhenAll(receivers.Select(receiver => receiver.OfferAsync(envelope, record.Receives, cancel))).ConfigureAwait(false);
        return Array.TrueForAll(handled, one => one);
    }
}
