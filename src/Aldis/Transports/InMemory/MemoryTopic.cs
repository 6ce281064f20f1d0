using Aldis.Events;

namespace Aldis.Transports;

/// <summary>A topic and the groups that get its events. The list of groups is replaced, never changed, so that a publish reads it without a lock.</summary>
internal sealed class MemoryTopic(InMemoryOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private MemoryGroup[] _groups = [];

    public IReadOnlyList<MemoryGroup> Groups => Volatile.Read(ref _groups);

    public MemoryGroup Group(GroupName name)
    {
        lock (_gate)
        {
            var group = Array.Find(_groups, group => group.Name == name);
            if (group is null)
            {
                group = new MemoryGroup(name, options, time);
                Volatile.Write(ref _groups, [.. _groups, group]);
            }

            return group;
        }
    }

    /// <summary>Forgets a private group: nothing comes to it any more, and no publisher waits for it.</summary>
    public void Forget(MemoryGroup group)
    {
        lock (_gate)
        {
            Volatile.Write(ref _groups, Array.FindAll(_groups, other => other != group));
        }

        group.Close();
    }

    /// <summary>Every group sees the same order: one publish at a time goes through.</summary>
    public void Publish(ReadOnlySpan<Envelope> batch)
    {
        lock (_gate)
        {
            foreach (var group in _groups)
            {
                group.Add(batch);
            }
        }
    }

    public async ValueTask WaitForRoomAsync(CancellationToken cancel)
    {
        foreach (var group in Groups)
        {
            await group.WaitForRoomAsync(cancel).ConfigureAwait(false);
        }
    }
}
