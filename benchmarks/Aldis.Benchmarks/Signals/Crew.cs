namespace Aldis.Benchmarks.Signals;

/// <summary>Threads that do the same work at the same time, and wait for one another before and after. The caller is one of them.</summary>
internal sealed class Crew : IDisposable
{
    private readonly Barrier _meeting;
    private readonly Thread[] _others;
    private Action? _work;

    public Crew(int threads)
    {
        _meeting = new Barrier(threads);
        _others = [.. Enumerable.Range(1, threads - 1).Select(_ => new Thread(Serve) { IsBackground = true })];
        Array.ForEach(_others, thread => thread.Start());
    }

    public void Work(Action work)
    {
        _work = work;
        _meeting.SignalAndWait();
        work();
        _meeting.SignalAndWait();
    }

    public void Dispose()
    {
        _work = null;
        _meeting.SignalAndWait();
        Array.ForEach(_others, thread => thread.Join());
        _meeting.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            _meeting.SignalAndWait();
            if (_work is not { } work)
            {
                return;
            }

            work();
            _meeting.SignalAndWait();
        }
    }
}
