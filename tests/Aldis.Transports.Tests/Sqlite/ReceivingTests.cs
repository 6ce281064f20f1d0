using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Receiving when something goes wrong on the way.</summary>
public sealed class ReceivingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_claimed_but_could_not_be_read_is_delivered_once_it_can()
    {
        var file = _folder.File("events.db");
        await using (var publisher = await EventBus.StartAsync(bus => bus.UseSqlite(file)))
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(number => publisher.PublishAsync(new Noted($"{number}")).AsTask()));
        }

        Databases.Execute(file, "UPDATE aldis_event SET headers = 'no header' WHERE position = (SELECT max(position) FROM aldis_event)");
        using var handled = new CountdownEvent(5);
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("group", (_, _) =>
        {
            handled.Signal();
            return ValueTask.CompletedTask;
        }));
        await Until.TrueAsync(() => bus.Troubles.Count > 0);
        Databases.Execute(file, "BEGIN IMMEDIATE; UPDATE aldis_event SET headers = NULL; UPDATE aldis_delivery SET headers = NULL; COMMIT");
        Assert.True(handled.Wait(TimeSpan.FromSeconds(20)));
    }
}
