using System.Collections.Concurrent;
using Aldis.Errors;

namespace Aldis.Kafka;

/// <summary>A thread for calls of the client that block: one after another, so that nobody else's thread is held. It begins with the first.</summary>
internal sealed class Worker : IDisposable
{
    private readonly BlockingCollection<Action> _calls = [];
    private readonly Lazy<Thread> _thread;

    public Worker(string name) => _thread = new Lazy<Thread>(() =>
    {
        var thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    });

    /// <summary>Makes a call. What it throws, the task has.</summary>
    public Task<T> RunAsync<T>(Func<T> call)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _calls.Add(() => Complete(call, outcome));
            _ = _thread.Value;
        }
        catch (Exception error) when (error is InvalidOperationException or ObjectDisposedException)
        {
            outcome.SetException(new TransportException(new Fault(ErrorCodes.NotRunning, "The Kafka transport is closed."), inner: error));
        }

        return outcome.Task;
    }

    /// <summary>What waits is done first.</summary>
    public void Dispose() => _calls.CompleteAdding();

    private static void Complete<T>(Func<T> call, TaskCompletionSource<T> outcome)
    {
        try
        {
            outcome.SetResult(call());
        }
        catch (Exception error)
        {
            outcome.SetException(error);
        }
    }

    private void Run()
    {
        foreach (var call in _calls.GetConsumingEnumerable())
        {
            call();
        }

        _calls.Dispose();
    }
}
