using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A bus on one of the transports, and a way past its publishing side, as a hostile program has it.</summary>
internal sealed class HostileRun : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ITransport _transport;
    private readonly Dictionary<TopicName, ISender> _senders = [];

    private HostileRun(string transport)
    {
        var context = new TransportContext(TimeProvider.System, NullLoggerFactory.Instance);
        _transport = transport == "sqlite"
            ? new SqliteTransport(new SqliteOptions { Path = File }, context)
            : new InMemoryTransport(new InMemoryOptions(), TimeProvider.System);
    }

    public string File => _folder.File("events.db");

    public string Folder => _folder.Path;

    public IEventBus Bus { get; private set; } = null!;

    /// <summary>The texts that were handled.</summary>
    public ConcurrentQueue<string> Handled { get; } = [];

    public static async Task<HostileRun> StartAsync(string transport)
    {
        var run = new HostileRun(transport);
        run.Bus = await EventBus.StartAsync(bus => bus.UseTransport(_ => run._transport)
            .Subscribe<Noted>("readers", (noted, _) =>
            {
                run.Handled.Enqueue(noted.Text);
                return ValueTask.CompletedTask;
            })
            .Subscribe<Shape>("readers", (shape, _) =>
            {
                run.Handled.Enqueue(shape.GetType().Name);
                return ValueTask.CompletedTask;
            }));
        return run;
    }

    /// <summary>Sends past the bus.</summary>
    public async Task SendAsync(Envelope envelope)
    {
        if (!_senders.TryGetValue(envelope.Topic, out var sender))
        {
            _senders.Add(envelope.Topic, sender = await _transport.OpenSenderAsync(envelope.Topic, CancellationToken.None));
        }

        await sender.SendAsync((Envelope[])[envelope], CancellationToken.None);
    }

    /// <summary>A member of a group of the topic <c>noted</c>, beside the bus.</summary>
    public ValueTask<IReceiver> ReceiverAsync(string group)
        => _transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse(group), 100), CancellationToken.None);

    /// <summary>Waits until so many events are dead letters, and gives them.</summary>
    public async Task<DeadLetter[]> DeadAsync(int count)
    {
        DeadLetter[] letters = [];
        await Until.TrueAsync(() => (letters = [.. Bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable()]).Length >= count);
        return letters;
    }

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)Bus).DisposeAsync();
        _folder.Dispose();
    }
}
