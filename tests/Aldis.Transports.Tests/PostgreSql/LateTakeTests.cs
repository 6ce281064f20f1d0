using Aldis.Events;
using Aldis.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>A call whose answer never came may reach the server after what should have undone it.</summary>
public sealed class LateTakeTests
{
    [Fact]
    public async Task What_a_late_call_takes_is_let_go_of()
    {
        var options = Postgres.Options((await Postgres.SharedAsync()).Uri);
        await using (var transport = new PostgreSqlTransport(options, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance)))
        {
            await transport.StartAsync(CancellationToken.None);
            var (server, topic) = (transport.Engine.Server, TopicName.Parse("noted"));
            await using var receiver = (PostgreSqlReceiver)await transport.OpenReceiverAsync(new ReceiverSpec(topic, GroupName.Parse("readers"), 10), CancellationToken.None);
            await using var sender = await transport.OpenSenderAsync(topic, CancellationToken.None);
            await sender.SendAsync(new[] { KeptNote.Of("1") }, CancellationToken.None);

            var (worker, another, token) = (transport.Engine.Session.Worker, 7L, 42L);
            transport.Engine.Doubt(new Call(server.Texts.Release).With(receiver.GroupId).With(worker).With(another).With((long?)token));
            var take = new Call(server.Texts.Take).With(worker).With(receiver.GroupId).With(another).With(token).With(10);
            Assert.Equal((int)Outcome.Something, await server.ScalarAsync<int>(take));

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var buffer = new Delivery[10];
            Assert.Equal(1, await receiver.ReceiveAsync(buffer, patience.Token));
            Assert.Equal("1", KeptNote.TextOf(buffer[0].Envelope));
        }

        await Postgres.DropAsync(options);
    }
}
