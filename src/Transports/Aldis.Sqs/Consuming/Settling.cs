using Aldis.Errors;
using Aldis.Transports;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// Carries verdicts out, each entry of a request with its own result: what is done is deleted a moment later, what is to come again is shown after its time, what is dead goes to the dead letters before
/// it is deleted. When something breaks in between, it is there twice, and never lost.
/// </summary>
internal sealed class Settling(Service service, GroupQueue queue, Leases leases, Func<IGraveyard> graves) : IAsyncDisposable
{
    private const int MaxTries = 3;

    /// <summary>The part of the time for which a queue keeps a message that it may wait; the rest is there to handle it.</summary>
    private const double OfRetention = 0.9;

    private readonly Outbox _outbox = new(service);
    private readonly Deletions _deletions = new(service, queue, leases);

    /// <summary>What is shown again of a batch whose settlement is being tried again.</summary>
    private readonly HashSet<Held> _through = [];

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var plan = Sort(batch.Span, out var refused);
        if (leases.Url is not { } url)
        {
            return batch.ToArray();
        }

        await MoveAsync(url, plan, cancel).ConfigureAwait(false);
        refused.AddRange(await ShowAsync(url, plan.Again, cancel).ConfigureAwait(false));
        await _deletions.AddAsync(plan.Gone, cancel).ConfigureAwait(false);
        _through.Clear();
        return refused;
    }

    /// <summary>Deletes what is done with and still there.</summary>
    public ValueTask DisposeAsync() => _deletions.DisposeAsync();

    /// <summary>Gives back what nobody has tried. What cannot be given back comes again when it is visible.</summary>
    public async ValueTask GiveBackAsync(string url, IReadOnlyList<Held> all)
    {
        if (all.Count == 0)
        {
            return;
        }

        foreach (var held in all)
        {
            HandBacks.Add(url, held.Message.MessageId);
        }

        await leases.Hiding.WaitAsync().ConfigureAwait(false);
        try
        {
            await leases.HideAsync(url, all, held => held.Message.ReceiptHandle, _ => 0, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TransportException error)
        {
            service.Log.NotGivenBack(queue.Name, error.Message);
        }
        finally
        {
            leases.Hiding.Release();
        }
    }

    private Plan Sort(ReadOnlySpan<Settlement> batch, out List<Settlement> refused)
    {
        refused = [];
        var plan = new Plan();
        foreach (var settlement in batch)
        {
            if (settlement.Delivery.Lease is not Held held || !leases.IsLive(settlement.Delivery.Token, held))
            {
                if (settlement.Delivery.Lease is not Held through || !_through.Contains(through))
                {
                    refused.Add(settlement);
                    Drop(settlement);
                }

                continue;
            }

            switch (settlement.Verdict.Kind)
            {
                case VerdictKind.Retry:
                    PlanRetry(plan, settlement, held);
                    break;
                case VerdictKind.Return:
                    plan.Again.Add(new Showing(settlement, held, 0));
                    break;
                case VerdictKind.Dead:
                    plan.Dead.Add(new Ending(settlement, held));
                    plan.Gone.Add(held);
                    break;
                default:
                    plan.Gone.Add(held);
                    break;
            }
        }

        return plan;
    }

    private void Drop(Settlement refused)
    {
        if (refused.Delivery.Lease is Held held)
        {
            leases.Drop(held);
        }
    }

    /// <summary>
    /// What SQS cannot hide for so long goes on waiting as a copy; in a FIFO queue that would come after others of its key, so it comes earlier. So does what the queue would have thrown away by then.
    /// </summary>
    private void PlanRetry(Plan plan, Settlement settlement, Held held)
    {
        var seconds = service.Seconds(settlement.Verdict.After);
        var kept = (int)(leases.Retention.TotalSeconds * OfRetention);
        if (seconds > kept)
        {
            service.Log.WaitCutShort(queue.Name, TimeSpan.FromSeconds(kept));
            seconds = kept;
        }

        var longest = Waiting.LongestHide - (int)service.Since(held.ReceivedAt).TotalSeconds;
        if (seconds <= longest)
        {
            plan.Again.Add(new Showing(settlement, held, seconds));
        }
        else if (queue.IsFifo)
        {
            service.Log.WaitCutShort(queue.Name, TimeSpan.FromSeconds(longest));
            plan.Again.Add(new Showing(settlement, held, Math.Max(0, longest)));
        }
        else
        {
            plan.Later.Add(new Showing(settlement, held, seconds));
            plan.Gone.Add(held);
        }
    }

    /// <summary>What goes elsewhere is stored there before anything is deleted.</summary>
    private async ValueTask MoveAsync(string url, Plan plan, CancellationToken cancel)
    {
        Ending[] dead = [.. plan.Dead.Where(one => !one.Held.IsElsewhere)];
        if (dead.Length > 0)
        {
            await graves().BuryAsync([.. dead.Select(one => new DeadMessage(one.Held.Message, DeathNote.Of(
                queue, one.Held.Attempt, one.Settlement.Verdict.Reason, one.Settlement.Verdict.Error, service.Time)))], cancel).ConfigureAwait(false);
            Array.ForEach(dead, one => one.Held.IsElsewhere = true);
        }

        Showing[] later = [.. plan.Later.Where(one => !one.Held.IsElsewhere)];
        if (later.Length > 0)
        {
            var copies = await Task.WhenAll(later.Select(one => CopyAsync(one, cancel).AsTask())).ConfigureAwait(false);
            await _outbox.SendAsync(url, copies, cancel).ConfigureAwait(false);
            Array.ForEach(later, one => one.Held.IsElsewhere = true);
        }
    }

    private async ValueTask<Outbox.Entry> CopyAsync(Showing later, CancellationToken cancel)
    {
        var message = await MessageWriter.WriteAsync(later.Held.Envelope, service.Options, cancel).ConfigureAwait(false);
        var attributes = MessageWriter.Attributes(message.Attributes);
        attributes[Names.Wait] = MessageWriter.Value(new Waiting(later.Held.Attempt, later.Seconds).ToString());
        return new Outbox.Entry(new SendMessageBatchRequestEntry { MessageBody = message.Body, MessageAttributes = attributes }, MessageWriter.Size(message.Body, message.Attributes));
    }

    private async Task<List<Settlement>> ShowAsync(string url, List<Showing> again, CancellationToken cancel)
    {
        if (again.Count == 0)
        {
            return [];
        }

        foreach (var one in again.Where(one => one.Settlement.Verdict.Kind == VerdictKind.Return))
        {
            HandBacks.Add(url, one.Held.Message.MessageId);
        }

        await leases.Hiding.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await TryAsync(again, one => one.Settlement, async left =>
            {
                var failed = await leases.HideAsync(url, left, one => one.Held.Message.ReceiptHandle, one => one.Seconds, cancel).ConfigureAwait(false);
                foreach (var one in left.Except(failed.Select(one => one.Entry)))
                {
                    Through(one.Settlement, one.Held);
                }

                return failed;
            }).ConfigureAwait(false);
        }
        finally
        {
            leases.Hiding.Release();
        }
    }

    /// <summary>Sends entries; those that failed by no fault of theirs are tried again.</summary>
    /// <returns>Those that were lost.</returns>
    private static async Task<List<Settlement>> TryAsync<T>(IReadOnlyList<T> entries, Func<T, Settlement> settlement, Func<IReadOnlyList<T>, Task<List<(T Entry, BatchResultErrorEntry Why)>>> send)
    {
        var lost = new List<Settlement>();
        for (var tries = 1; entries.Count > 0; tries++)
        {
            var failed = await send(entries).ConfigureAwait(false);
            lost.AddRange(failed.Where(one => one.Why.SenderFault == true).Select(one => settlement(one.Entry)));
            entries = [.. failed.Where(one => one.Why.SenderFault != true).Select(one => one.Entry)];
            if (entries.Count > 0 && tries == MaxTries)
            {
                var why = failed.Find(one => one.Why.SenderFault != true).Why;
                throw new TransportException(new Fault(ErrorCodes.SqsUnavailable, "SQS did not settle an event.", $"{why.Code}: {why.Message}"), mayBeStored: true);
            }
        }

        return lost;
    }

    private void Through(Settlement settlement, Held held)
    {
        leases.Remove(settlement.Delivery.Token);
        lock (_through)
        {
            _through.Add(held);
        }
    }

    /// <summary>What is to be done with a batch.</summary>
    private sealed class Plan
    {
        /// <summary>To be deleted, when what goes elsewhere is there.</summary>
        public List<Held> Gone { get; } = [];

        public List<Ending> Dead { get; } = [];

        public List<Showing> Again { get; } = [];

        public List<Showing> Later { get; } = [];
    }

    private sealed record Ending(Settlement Settlement, Held Held);

    private sealed record Showing(Settlement Settlement, Held Held, int Seconds);
}
