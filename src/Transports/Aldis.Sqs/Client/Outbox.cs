using System.Security.Cryptography;
using Aldis.Errors;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// Sends entries to one queue, ten at a time. An entry that the service did not take is tried again with the same id until a limit; those that it took are not sent again. In a FIFO queue an entry
/// of a message group goes only when the one before it is stored. Safe for any thread.
/// </summary>
internal sealed class Outbox(Service service)
{
    private const int MaxEntries = 10;
    private const int FirstPause = 50;
    private const int LongestPause = 2000;

    /// <summary>Sends entries. When it returns, all of them are stored.</summary>
    /// <exception cref="TransportException">Not all are stored, or not known to be.</exception>
    public async Task SendAsync(string url, IReadOnlyList<Entry> entries, CancellationToken cancel)
    {
        foreach (var wave in Waves(entries))
        {
            // Alone, as nearly always.
            if (wave.Count <= MaxEntries && wave.Sum(entry => (long)entry.Size) <= service.Options.MaxMessageBytes)
            {
                await SendOneAsync(url, wave, cancel).ConfigureAwait(false);
            }
            else
            {
                await Task.WhenAll(Parts(wave).Select(part => SendOneAsync(url, part, cancel))).ConfigureAwait(false);
            }
        }
    }

    /// <summary>All at once; in a FIFO queue first the first of each message group, then the second of each, and so on.</summary>
    private static IEnumerable<IReadOnlyList<Entry>> Waves(IReadOnlyList<Entry> entries)
    {
        if (entries[0].Request.MessageGroupId is null || entries.Count == 1)
        {
            return [entries];
        }

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return entries.GroupBy(entry => numbers[entry.Request.MessageGroupId] = numbers.GetValueOrDefault(entry.Request.MessageGroupId) + 1)
            .OrderBy(wave => wave.Key).Select(wave => wave.ToArray());
    }

    private IEnumerable<List<Entry>> Parts(IReadOnlyList<Entry> wave)
    {
        var (part, size) = (new List<Entry>(MaxEntries), 0L);
        foreach (var entry in wave)
        {
            if (part.Count == MaxEntries || (part.Count > 0 && size + entry.Size > service.Options.MaxMessageBytes))
            {
                yield return part;
                (part, size) = (new List<Entry>(MaxEntries), 0);
            }

            part.Add(entry);
            size += entry.Size;
        }

        yield return part;
    }

    private async Task SendOneAsync(string url, IReadOnlyList<Entry> part, CancellationToken cancel)
    {
        var (start, pause, mayBeStored) = (service.Time.GetTimestamp(), FirstPause, false);
        while (true)
        {
            TransportException failure;
            try
            {
                var (left, why) = await TrySendAsync(url, part, cancel).ConfigureAwait(false);
                if (left.Count == 0)
                {
                    return;
                }

                mayBeStored |= left.Count < part.Count;
                (part, failure) = (left, why!);
            }
            catch (TransportException error) when (SqsFault.MayPass(error))
            {
                mayBeStored |= error.MayBeStored;
                failure = error;
            }

            if (service.Time.GetElapsedTime(start) >= service.Options.PublishTimeout)
            {
                throw new TransportException(failure.Fault, mayBeStored, failure);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(pause / 2, pause)), service.Time, cancel).ConfigureAwait(false);
            pause = Math.Min(pause * 2, LongestPause);
        }
    }

    /// <summary>Sends entries once.</summary>
    /// <returns>Those that are to be tried again, and why.</returns>
    private async Task<(IReadOnlyList<Entry> Left, TransportException? Why)> TrySendAsync(string url, IReadOnlyList<Entry> part, CancellationToken cancel)
    {
        var requests = new List<SendMessageBatchRequestEntry>(part.Count);
        for (var index = 0; index < part.Count; index++)
        {
            part[index].Request.Id = Tens.Id(index);
            requests.Add(part[index].Request);
        }

        var answer = await service.AskAsync((client, ended) => client.SendMessageBatchAsync(url, requests, ended), cancel).ConfigureAwait(false);
        if (answer.Failed is not { Count: > 0 } failed)
        {
            return ([], null);
        }

        var first = failed.Find(one => one.SenderFault == true) ?? failed[0];
        var why = new TransportException(new Fault(ErrorCodes.SqsNotStored, "SQS did not take an event.", $"{first.Code}: {first.Message}"), mayBeStored: failed.Count < part.Count);
        return first.SenderFault == true ? throw why : ([.. failed.Select(one => part[Tens.Index(one.Id)])], why);
    }

    /// <summary>An entry for one queue.</summary>
    /// <param name="Request">What is sent.</param>
    /// <param name="Size">How large it is.</param>
    internal sealed record Entry(SendMessageBatchRequestEntry Request, int Size);
}
