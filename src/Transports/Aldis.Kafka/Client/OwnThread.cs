namespace Aldis.Kafka;

/// <summary>A call of the client that blocks for long has a thread of its own for as long as it takes.</summary>
internal static class OwnThread
{
    public static Task<T> RunAsync<T>(string name, Func<T> call)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                outcome.SetResult(call());
            }
            catch (Exception error)
            {
                outcome.SetException(error);
            }
        }) { IsBackground = true, Name = name };
        thread.Start();
        return outcome.Task;
    }
}
