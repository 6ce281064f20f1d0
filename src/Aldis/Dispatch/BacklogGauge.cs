using Aldis.Diagnostics;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>Shows the backlog of one group on one topic to whoever collects metrics. Nobody waits for a transport: what one tells late is shown a collection later.</summary>
internal sealed class BacklogGauge : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IBacklog _backlogs;
    private readonly TopicName _topic;
    private readonly GroupName _group;
    private Task _reading = Task.CompletedTask;
    private Backlog? _last;

    /// <summary>Shows it from now on.</summary>
    /// <param name="backlogs">Who knows it.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="group">The group, as the transport knows it.</param>
    /// <param name="about">The attributes.</param>
    /// <param name="time">The clock of ages.</param>
    public BacklogGauge(IBacklog backlogs, TopicName topic, GroupName group, Labels about, TimeProvider time)
    {
        (_backlogs, _topic, _group) = (backlogs, topic, group);
        Instruments.Depth.Add(this, () => Look() is { } backlog ? about.Measure(backlog.Depth) : null);
        Instruments.OldestAge.Add(this, () => Look() is { } backlog ? about.Measure(AgeOf(backlog.Oldest, time)) : null);
    }

    /// <summary>Shows it no longer.</summary>
    public void Dispose()
    {
        Instruments.Depth.Remove(this);
        Instruments.OldestAge.Remove(this);
    }

    /// <summary>With nothing to do, the age is 0. The clocks of machines differ a little: what seems to come from the future is new.</summary>
    private static double AgeOf(DateTimeOffset? oldest, TimeProvider time)
        => oldest is { } published ? Math.Max(0, (time.GetUtcNow() - published).TotalSeconds) : 0;

    private Backlog? Look()
    {
        lock (_gate)
        {
            if (_reading.IsCompleted)
            {
                _reading = ReadAsync();
            }

            return _last;
        }
    }

    private async Task ReadAsync()
    {
        Backlog? found = null;
        try
        {
            found = await _backlogs.ReadBacklogAsync(_topic, _group, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A transport in trouble is told of by the pump. A number that is not known is not shown.
        }

        lock (_gate)
        {
            _last = found;
        }
    }
}
