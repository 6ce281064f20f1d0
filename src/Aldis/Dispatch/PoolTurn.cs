using System.Runtime.CompilerServices;

namespace Aldis.Dispatch;

/// <summary>
/// Awaited, it goes on in the pool when everything has begun that was queued for any thread of the pool before. A usual yield may go before what its own thread has queued:
/// another thread of the pool that has nothing to do takes it first.
/// </summary>
internal readonly struct PoolTurn : ICriticalNotifyCompletion
{
    public bool IsCompleted => false;

    public PoolTurn GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static go => go(), continuation, preferLocal: false);

    public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static go => go(), continuation, preferLocal: false);
}
