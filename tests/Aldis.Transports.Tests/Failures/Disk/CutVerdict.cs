using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>What is wrong with a file after a power cut; all counts are 0 where nothing is.</summary>
/// <param name="Lost">What was acknowledged and is not there: published and neither handed out nor a dead letter, or given up and no dead letter.</param>
/// <param name="Again">What was acknowledged as settled and is handed out again.</param>
/// <param name="Wrong">What is handed out although nobody published it, is not whole, or comes twice.</param>
/// <param name="Faults">What the engine or a look for damage says.</param>
/// <param name="Missing">How many events were acknowledged, at whatever moment, and are not there.</param>
internal sealed record CutVerdict(int Lost, int Again, int Wrong, IReadOnlyList<string> Faults, int Missing)
{
    /// <summary>Opens the file with the engine and takes everything out of it.</summary>
    /// <param name="file">The file as it was found.</param>
    /// <param name="must">What has to be there.</param>
    /// <param name="may">What may be there as well.</param>
    public static async Task<CutVerdict> OfAsync(string file, ToldSoFar must, ToldSoFar may)
    {
        try
        {
            await using var transport = await LeaseTests.OpenAsync(file, new SqliteOptions { Path = file, DiskReserve = 0 });
            await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
            var faults = SqliteCare.Check(file).Faults;
            var (received, wrong) = await TakeAllAsync(transport, receiver, may.PerhapsPublished);
            var dead = await transport.ListAsync(DeadLetterFilter.All).Select(letter => letter.Envelope.Id.ToString()).ToHashSetAsync();
            return Judge(must, may, received, dead) with { Wrong = wrong, Faults = faults };
        }
        catch (AldisException error)
        {
            return new CutVerdict(0, 0, 0, [error.Message], 0);
        }
    }

    private static CutVerdict Judge(ToldSoFar must, ToldSoFar may, HashSet<string> received, HashSet<string> dead)
    {
        var (settled, buried) = (may.PerhapsSettled, may.PerhapsBuried);
        var lost = must.Published.Count(id => !received.Contains(id) && !dead.Contains(id) && !settled.Contains(id)) + must.Buried.Count(id => !dead.Contains(id));
        var again = must.Settled.Count(received.Contains) + must.Buried.Count(received.Contains) + dead.Count(id => received.Contains(id) || !buried.Contains(id));
        return new CutVerdict(lost, again, 0, [], may.Published.Count(id => !received.Contains(id) && !dead.Contains(id) && !settled.Contains(id)));
    }

    private static async Task<(HashSet<string> Received, int Wrong)> TakeAllAsync(SqliteTransport transport, IReceiver receiver, HashSet<string> published)
    {
        var (received, wrong, buffer) = (new HashSet<string>(), 0, new Delivery[256]);
        while ((await transport.ReadBacklogAsync(LeaseTests.Spec.Topic, LeaseTests.Spec.Group, CancellationToken.None)).Depth > 0)
        {
            var count = await receiver.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            foreach (var delivery in buffer[..count])
            {
                var id = delivery.Envelope.Id.ToString();
                wrong += received.Add(id) && published.Contains(id) && IsWhole(delivery.Envelope) ? 0 : 1;
            }

            await receiver.SettleAsync(buffer[..count].Select(one => new Settlement(one, Verdict.Done, [])).ToArray(), CancellationToken.None);
        }

        return (received, wrong);
    }

    /// <summary>As the victim fills it.</summary>
    private static bool IsWhole(Envelope envelope)
    {
        var seed = envelope.Id.ToBytes();
        var body = envelope.Body.Span;
        for (var index = 0; index < body.Length; index++)
        {
            if (body[index] != (byte)(seed[index % seed.Length] + (index / seed.Length)))
            {
                return false;
            }
        }

        return body.Length >= 20;
    }
}
