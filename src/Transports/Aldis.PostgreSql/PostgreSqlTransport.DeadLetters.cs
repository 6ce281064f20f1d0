using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.PostgreSql;
using Npgsql;

namespace Aldis;

/// <content>What the groups have given up.</content>
public sealed partial class PostgreSqlTransport
{
    private const int Page = 100;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> ListAsync(
        DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (died, row) = (-1L, 0L);
        while (true)
        {
            var call = Meant(Engine.Server.Texts.Dead, filter).With(died).With(row).With(Page);
            var page = await Engine.Server.RowsAsync(call, static row => (Row: row.GetInt64(0), Died: row.GetInt64(1), Letter: Letter(row)), cancel).ConfigureAwait(false);
            foreach (var one in page)
            {
                cancel.ThrowIfCancellationRequested();
                (died, row) = (one.Died, one.Row);
                yield return one.Letter;
            }

            if (page.Count < Page)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await ChangeAsync<int>(Meant(Engine.Server.Texts.Redrive, filter), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (letter.CheckCopy(copy) is { } fault)
        {
            throw new AldisException(fault);
        }

        var replace = new Call(Engine.Server.Texts.Replace).With(copy.Topic.Value).With(letter.Group.Value).With(letter.Envelope.Id.Value);
        return await ChangeAsync<bool>(EnvelopeColumns.To(replace, copy), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return await ChangeAsync<int>(Meant(Engine.Server.Texts.Discard, filter), cancel).ConfigureAwait(false);
    }

    private static Call Meant(string text, DeadLetterFilter filter) => new Call(text).With(filter.Topic).With(filter.Group).With(filter.Id?.Value).With(filter.Key).With(filter.Type)
        .With(filter.DiedSince?.UtcTicks).With(filter.DiedBefore?.UtcTicks).With(filter.ReasonContains);

    private static DeadLetter Letter(NpgsqlDataReader row) => new(
        EnvelopeText.Read(row, 10, TopicName.Parse(row.GetString(2))), GroupName.Parse(row.GetString(3)), row.GetInt32(4), EnvelopeText.Text(row, 5) ?? "", EnvelopeText.Text(row, 6),
        new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero))
    {
        Where = EnvelopeText.Text(row, 7) ?? "", HoldsKey = row.GetBoolean(8), Parked = row.GetInt64(9),
    };

    /// <summary>Does something to the dead letters, and has the receivers look at what came of it, here and elsewhere.</summary>
    private async ValueTask<T> ChangeAsync<T>(Call call, CancellationToken cancel) where T : struct
    {
        var engine = Engine;
        var changed = await engine.Server.ScalarAsync<T>(call, cancel).ConfigureAwait(false);
        engine.Pulses.BeatAll();
        engine.Notifier.TellAll();
        return changed;
    }
}
