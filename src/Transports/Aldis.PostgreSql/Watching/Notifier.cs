using Aldis.Events;

namespace Aldis.PostgreSql;

/// <summary>
/// Tells other processes which topics have something new: after the commit, on a connection of its own, and what comes while it tells is told together. So no publisher and no
/// transaction of a user waits for it, as everybody who notifies does for everybody else. It is a hint: what is not told is found by looking.
/// </summary>
internal sealed class Notifier(Server server)
{
    /// <summary>What fits into a notification (8000 bytes) for certain; beyond, all topics are meant.</summary>
    private const int MostNames = 70;

    private readonly Lock _gate = new();
    private HashSet<TopicName> _waiting = [];
    private bool _isTelling;
    private bool _all;

    /// <summary>Whether there is anybody to be told. Default: perhaps.</summary>
    public bool IsAlone { get; set; }

    public void Tell(params IEnumerable<TopicName> topics)
    {
        lock (_gate)
        {
            _waiting.UnionWith(IsAlone ? [] : topics);
            if (_isTelling || (_waiting.Count == 0 && !_all))
            {
                return;
            }

            _isTelling = true;
        }

        _ = TellAsync();
    }

    /// <summary>Tells of all topics.</summary>
    public void TellAll()
    {
        lock (_gate)
        {
            _all = !IsAlone;
        }

        Tell();
    }

    private async Task TellAsync()
    {
        await Task.Yield();
        while (Next() is { } topics)
        {
            try
            {
                var names = topics.Count is 0 or > MostNames ? "" : string.Join(' ', topics.Select(topic => topic.Value));
                await server.ScalarAsync<string>(new Call(server.Texts.Notify).With(server.Texts.Channel).With(names)).ConfigureAwait(false);
            }
            catch (AldisException)
            {
                // Others look by themselves.
            }
        }
    }

    /// <summary>What is to be told; none for all topics, null for nothing.</summary>
    private HashSet<TopicName>? Next()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0 && !_all)
            {
                _isTelling = false;
                return null;
            }

            var next = _all ? [] : _waiting;
            (_waiting, _all) = ([], false);
            return next;
        }
    }
}
