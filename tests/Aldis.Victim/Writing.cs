using Aldis.Events;
using Aldis.Transports;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Victim;

/// <summary>
/// Does a piece of work of one kind on a file, with several writers, and says in the file of <see cref="Told"/> what it was told: P and p for publishing, S and s for
/// settling as done, D and d for giving up.
/// </summary>
/// <param name="transport">The transport, started.</param>
/// <param name="told">Where to say it.</param>
/// <param name="file">The file.</param>
internal sealed class Writing(SqliteTransport transport, Told told, string file)
{
    private static readonly TopicName _topic = TopicName.Parse("noted");

    public static async Task RunAsync(string file, string kind, int writers, int rounds, SqliteDurability durability)
    {
        using var told = new Told(file);
        var options = new SqliteOptions { Path = file, Durability = durability, DiskReserve = 0 };
        await using var transport = new SqliteTransport(options, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        var writing = new Writing(transport, told, file);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => writing.WriteAsync(kind, writer, rounds)));
    }

    private async Task WriteAsync(string kind, int writer, int rounds)
    {
        var random = new Random(writer);
        await using var sender = await transport.OpenSenderAsync(_topic, CancellationToken.None);
        await using var receiver = kind == "publish" ? null
            : await transport.OpenReceiverAsync(new ReceiverSpec(_topic, GroupName.Parse("group"), 16), CancellationToken.None);
        for (var round = 0; round < rounds; round++)
        {
            await PublishAsync(sender, random);
            if (receiver is not null && round % 2 == 1)
            {
                await SettleAsync(receiver, kind, random);
            }

            if (round % 6 == 5 && writer == 0)
            {
                Tidy(kind, random);
            }
        }
    }

    /// <summary>What happens to a large file now and then, and would not to a small one: the log is moved to the database, in each way there is.</summary>
    private void Tidy(string kind, Random random)
    {
        if (kind == "compact")
        {
            SqliteCare.Compact(file);
            return;
        }

        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous = 2";
        command.ExecuteNonQuery();
        command.CommandText = $"PRAGMA wal_checkpoint({random.Next(3) switch { 0 => "PASSIVE", 1 => "RESTART", _ => "TRUNCATE" }})";
        command.ExecuteNonQuery();
    }

    private async Task PublishAsync(ISender sender, Random random)
    {
        var batch = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Make(random.Next(4) == 0 ? random.Next(3000, 9000) : random.Next(20, 400))).ToArray();
        told.Say('P', batch.Select(one => one.Id));
        await sender.SendAsync(batch, CancellationToken.None);
        told.Say('p', batch.Select(one => one.Id));
    }

    /// <summary>Another writer may have taken everything: then there is nothing to do.</summary>
    private async Task SettleAsync(IReceiver receiver, string kind, Random random)
    {
        var buffer = new Delivery[16];
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        int count;
        try
        {
            count = await receiver.ReceiveAsync(buffer, enough.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Settlement[] batch = [.. buffer[..count].Select(one => new Settlement(one, Judge(kind, random), []))];
        told.Say('D', IdsOf(batch, VerdictKind.Dead));
        told.Say('S', IdsOf(batch, VerdictKind.Done));
        var refused = await receiver.SettleAsync(batch, CancellationToken.None);
        told.Say('d', IdsOf(batch, VerdictKind.Dead).Except(IdsOf(refused, VerdictKind.Dead)));
        told.Say('s', IdsOf(batch, VerdictKind.Done).Except(IdsOf(refused, VerdictKind.Done)));
    }

    private static Verdict Judge(string kind, Random random) => (kind, random.Next(8)) switch
    {
        ("bury", < 4) => Verdict.Dead("given up"),
        (_, 7) => Verdict.Retry(TimeSpan.Zero, "tried again"),
        _ => Verdict.Done,
    };

    private static IEnumerable<EventId> IdsOf(IEnumerable<Settlement> batch, VerdictKind kind)
        => batch.Where(one => one.Verdict.Kind == kind).Select(one => one.Delivery.Envelope.Id);

    /// <summary>What is in it follows from its id, so that whoever reads it sees whether it is whole.</summary>
    private static Envelope Make(int length)
    {
        var id = EventId.New(TimeProvider.System);
        return new Envelope
        {
            Id = id, Topic = _topic, Type = "noted", Source = "/victim", Time = TimeProvider.System.GetUtcNow(), ContentType = "application/octet-stream", Body = Fill(id, length),
        };
    }

    private static byte[] Fill(EventId id, int length)
    {
        var (seed, body) = (id.ToBytes(), new byte[length]);
        for (var index = 0; index < length; index++)
        {
            body[index] = (byte)(seed[index % seed.Length] + (index / seed.Length));
        }

        return body;
    }
}
