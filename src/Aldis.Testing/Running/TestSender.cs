using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Running;

/// <summary>A way into a topic of a <see cref="TestTransport"/>.</summary>
internal sealed class TestSender(TestTransport transport, World world) : ISender
{
    public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
    {
        foreach (var envelope in batch.ToArray())
        {
            if (transport.IsDead)
            {
                throw TestTransport.Dead();
            }

            if (world.Faults.Take(FaultKinds.CrashAfterPublishing, envelope, null) is not null)
            {
                if (!world.Crash(transport, () => ArriveLastAsync(envelope)))
                {
                    await ArriveLastAsync(envelope).ConfigureAwait(false);
                }

                throw TestTransport.Dead(mayBeStored: true);
            }

            await world.ArriveAsync(envelope, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask ArriveLastAsync(Envelope envelope)
    {
        await world.ArriveAsync(envelope, CancellationToken.None).ConfigureAwait(false);
        world.History.Add(HappeningKind.Fault, envelope, text: "the process dies when it is stored, before its publisher knows");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
