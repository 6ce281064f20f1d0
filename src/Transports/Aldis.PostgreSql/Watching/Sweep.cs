namespace Aldis.PostgreSql;

/// <summary>
/// Cleans up, in steps, so that nobody waits long: notes how far groups are through, deletes what all are through with, forgets what the inbox has no use for any more. One of the
/// workers does it: the oldest. Two who take themselves for that do no harm.
/// </summary>
internal sealed class Sweep(Server server)
{
    private const int Step = 5_000;
    private const int MostSteps = 100;

    /// <summary>To be called about once a second.</summary>
    public async ValueTask RunAsync()
    {
        var texts = server.Texts;
        foreach (var group in await server.RowsAsync(new Call(texts.GroupsToSweep), static row => row.GetInt32(0)).ConfigureAwait(false))
        {
            await server.ScalarAsync<bool>(new Call(texts.SweepGroup).With(group)).ConfigureAwait(false);
        }

        foreach (var topic in await server.RowsAsync(new Call(texts.TopicsToSweep), static row => row.GetInt32(0)).ConfigureAwait(false))
        {
            for (var step = 0; step < MostSteps && await server.ScalarAsync<bool>(new Call(texts.SweepTopic).With(topic).With(Step)).ConfigureAwait(false); step++)
            {
            }
        }

        await ForgetAsync(new Call(texts.ForgetInbox)).ConfigureAwait(false);
    }

    private async ValueTask ForgetAsync(Call forget)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var count = await server.RunAsync(async connection =>
            {
                using var command = forget.On(connection);
                return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
            if (count < 1000)
            {
                return;
            }
        }
    }
}
