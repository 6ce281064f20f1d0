namespace Aldis.PostgreSql;

/// <summary>
/// Cleans up, in steps, so that nobody waits long: notes how far groups are through, deletes what all are through with, forgets what the inbox has no use for any more; and has the room used again, where
/// the server's own vacuum would come too late for a queue. One of the workers does it, the oldest; where there are none, everybody. Several at it do no harm.
/// </summary>
internal sealed class Sweep(Server server, TimeProvider time)
{
    private const int Step = 5_000;
    private const int MostSteps = 20;
    private const int MostForgotten = 1_000;

    /// <summary>How much is deleted before the room is used again: while more comes, and when nothing does.</summary>
    private const int Much = 100_000;
    private const int Some = 10_000;

    /// <summary>How many times as long as a vacuum took there is none: while a transaction that stays open keeps it from freeing anything, each takes longer.</summary>
    private const int Rest = 10;

    private int _deleted;
    private long _vacuumed;
    private TimeSpan _took;

    /// <summary>To be called about once a second.</summary>
    /// <param name="cancel">Ends it.</param>
    public async ValueTask RunAsync(CancellationToken cancel)
    {
        var texts = server.Texts;
        foreach (var group in await server.RowsAsync(new Call(texts.GroupsToSweep), static row => row.GetInt32(0), cancel).ConfigureAwait(false))
        {
            await server.ScalarAsync<bool>(new Call(texts.SweepGroup).With(group), cancel).ConfigureAwait(false);
        }

        var before = _deleted;
        foreach (var topic in await server.RowsAsync(new Call(texts.TopicsToSweep), static row => row.GetInt32(0), cancel).ConfigureAwait(false))
        {
            var isMore = true;
            for (var step = 0; isMore && step < MostSteps; step++)
            {
                isMore = await server.ScalarAsync<bool>(new Call(texts.SweepTopic).With(topic).With(Step), cancel).ConfigureAwait(false);
                _deleted += Step;
            }
        }

        await ForgetAsync(cancel).ConfigureAwait(false);
        if ((_deleted >= Much || (_deleted >= Some && _deleted == before)) && time.GetElapsedTime(_vacuumed) >= Rest * _took)
        {
            _deleted = 0;
            await VacuumAsync(cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask ForgetAsync(CancellationToken cancel)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            if (await ExecuteAsync(new Call(server.Texts.ForgetInbox), withoutLimit: false, cancel).ConfigureAwait(false) < MostForgotten)
            {
                return;
            }
        }
    }

    /// <summary>Takes as long as it takes; whoever does not own the tables is only warned by the server, and nothing happens. So it is where another one is at it.</summary>
    private async ValueTask VacuumAsync(CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        await ExecuteAsync(new Call(server.Texts.Vacuum), withoutLimit: true, cancel).ConfigureAwait(false);
        (_vacuumed, _took) = (time.GetTimestamp(), time.GetElapsedTime(start));
    }

    private ValueTask<int> ExecuteAsync(Call call, bool withoutLimit, CancellationToken cancel) => server.RunAsync(async connection =>
    {
        using var command = call.On(connection);
        command.CommandTimeout = withoutLimit ? 0 : command.CommandTimeout;
        return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }, cancel);
}
