using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.Sqlite;

namespace Aldis;

/// <content>What the groups have given up.</content>
public sealed partial class SqliteTransport
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> ListAsync(
        DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        using var database = DatabaseFile.OpenReader(_path, _options);
        (long, long) after = (0, 0);
        while (DeadLetterQuery.Read(database, filter, ref after) is { Count: > 0 } page)
        {
            foreach (var letter in page)
            {
                cancel.ThrowIfCancellationRequested();
                yield return letter;
            }

            await Task.Yield();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await ChangeAsync(store => store.DeadLetters.Redrive(filter, store.Clock.Now)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (letter.CheckCopy(copy) is { } fault)
        {
            throw new AldisException(fault);
        }

        var one = new DeadLetterFilter { Topic = copy.Topic.Value, Group = letter.Group.Value, Id = letter.Envelope.Id };
        return await ChangeAsync(store => store.DeadLetters.Replace(one, copy, store.Clock.Now)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await ChangeAsync(store => store.DeadLetters.Discard(filter, store.Clock.Now)).ConfigureAwait(false);
    }

    /// <summary>Does something to the dead letters, and has the receivers look at what came of it.</summary>
    private async ValueTask<T> ChangeAsync<T>(Func<Store, T> change)
    {
        var changed = await new Work<T>(change).OnAsync(Engine.Writer).ConfigureAwait(false);
        Engine.Pulses.BeatAll();
        return changed;
    }
}
