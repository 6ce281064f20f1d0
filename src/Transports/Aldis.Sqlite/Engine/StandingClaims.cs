namespace Aldis.Sqlite;

/// <summary>
/// The claims of receivers that found nothing and wait. What puts an event on their topic claims it for them in the same transaction: so an event for which somebody waits is
/// published and handed out at the price of one fsync. Safe for any thread.
/// </summary>
internal sealed class StandingClaims
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, List<ClaimJob>> _topics = [];

    public void Add(ClaimJob claim)
    {
        lock (_gate)
        {
            if (!_topics.TryGetValue(claim.TopicId, out var claims))
            {
                _topics.Add(claim.TopicId, claims = []);
            }

            claims.Add(claim);
        }
    }

    /// <summary>Takes a claim back.</summary>
    /// <returns>False where it is under way: then it ends like any other job.</returns>
    public bool Remove(ClaimJob claim)
    {
        lock (_gate)
        {
            return _topics.TryGetValue(claim.TopicId, out var claims) && claims.Remove(claim);
        }
    }

    /// <summary>The claims that wait for some topics; from now on they are under way.</summary>
    public IReadOnlyList<ClaimJob> Take(IEnumerable<long> topics)
    {
        List<ClaimJob>? taken = null;
        lock (_gate)
        {
            foreach (var topic in topics)
            {
                if (_topics.TryGetValue(topic, out var claims) && claims.Count > 0)
                {
                    (taken ??= []).AddRange(claims);
                    claims.Clear();
                }
            }
        }

        return taken ?? (IReadOnlyList<ClaimJob>)[];
    }
}
