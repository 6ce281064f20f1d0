namespace Aldis.Transports.Tests.Conformance;

/// <summary>The clock of the machine, so many times as quick. For transports whose server cannot be told what time it is.</summary>
internal sealed class QuickTime(double pace) : TimeProvider
{
    private readonly DateTimeOffset _beginning = System.GetUtcNow();
    private readonly long _start = System.GetTimestamp();

    public override long TimestampFrequency => (long)(System.TimestampFrequency / pace);

    public override long GetTimestamp() => System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _beginning + System.GetElapsedTime(_start) * pace;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        => new QuickTimer(System.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan span) => span <= TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(Math.Max(1, span.TotalMilliseconds / pace));

    private sealed class QuickTimer(ITimer timer, QuickTime time) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.Real(dueTime), time.Real(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
