using Aldis.Catalog;
using Aldis.Events;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>The gates of a bus: one for each topic of each group. Made while the bus starts, by one thread.</summary>
internal sealed class Gates(ILogger log, TimeProvider time)
{
    private readonly Dictionary<string, GroupGate> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<GroupName, (Breaker? Breaker, TokenBucket? Bucket)> _shared = [];

    /// <summary>Makes the gate of one topic of a group.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group.</param>
    /// <param name="any">Any of the handlers: they agree.</param>
    public Gate Of(TopicName topic, GroupName group, Subscription any)
    {
        if (!_groups.TryGetValue(group.Value, out var common))
        {
            common = new GroupGate(group.Value, log, time);
            _groups.Add(group.Value, common);
        }

        var (breaker, bucket) = any.SharesOptions ? Shared(group, any.Options) : Make(any.Options, $"of the group '{group}' on '{topic}'");
        return new Gate(common, breaker, bucket, log, time);
    }

    public GroupGate? Find(string group) => _groups.GetValueOrDefault(group);

    public bool IsPaused(GroupName group) => Find(group.Value)?.IsPaused == true;

    /// <summary>Whoever waits for a pause is told that the bus has stopped.</summary>
    public void End()
    {
        foreach (var group in _groups.Values)
        {
            group.End();
        }
    }

    private (Breaker?, TokenBucket?) Shared(GroupName group, SubscriptionOptions options)
    {
        if (!_shared.TryGetValue(group, out var shared))
        {
            shared = Make(options, $"of the group '{group}'");
            _shared.Add(group, shared);
        }

        return shared;
    }

    private (Breaker?, TokenBucket?) Make(SubscriptionOptions options, string name) =>
        (options.Breaker is { } breaker ? new Breaker(breaker, name, time) : null, options.Rate is { } rate ? new TokenBucket(rate, time) : null);
}
