using Npgsql.Replication.PgOutput.Messages;

namespace Aldis.PostgreSql.Rows;

/// <summary>The message that is being waited for. A stream is not closed while somebody reads from it: its end is waited for.</summary>
internal sealed class Follower(IAsyncEnumerator<PgOutputReplicationMessage> messages, CancellationTokenSource streaming) : IAsyncDisposable
{
    /// <summary>Completes when the next message is there; false at the end.</summary>
    public Task<bool> Next { get; private set; } = messages.MoveNextAsync().AsTask();

    /// <summary>The message; it is not there any more after <see cref="Advance"/>.</summary>
    public PgOutputReplicationMessage Current => messages.Current;

    public void Advance() => Next = messages.MoveNextAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await streaming.CancelAsync().ConfigureAwait(false);
        await ((Task)Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
