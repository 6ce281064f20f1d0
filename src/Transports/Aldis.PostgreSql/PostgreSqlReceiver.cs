using System.Security.Cryptography;
using Aldis.Errors;
using Aldis.Events;
using Aldis.PostgreSql;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>A way out of a topic for one member of a group: takes in one call, reads the events in another, beside all locks.</summary>
internal sealed class PostgreSqlReceiver(Engine engine, ReceiverSpec spec) : IReceiver
{
    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _receiving = new(1);
    private readonly long _id = RandomNumber();
    private readonly Pulse _pulse = engine.Pulses.Of(spec.Topic);
    private int _group;
    private int _topic;
    private long? _unread;
    private int _disposed;

    public TopicName Topic => spec.Topic;

    /// <summary>Whether it has looked, and waits for a reason to look again.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The number of the group; 0 before it is open.</summary>
    public int GroupId => Volatile.Read(ref _group);

    /// <summary>Finds the group, or makes it.</summary>
    /// <exception cref="AldisException">It cannot be done now.</exception>
    public async ValueTask OpenAsync(CancellationToken cancel)
    {
        _topic = await engine.TopicAsync(spec.Topic, cancel).ConfigureAwait(false);
        while (GroupId == 0)
        {
            var worker = engine.Session.Worker;
            if (worker == 0)
            {
                await engine.Session.RegisterAsync(0, cancel).ConfigureAwait(false);
                continue;
            }

            var open = new Call(engine.Server.Texts.OpenGroup).With(_topic).With(spec.Group.Value).With(spec.IsPrivate ? worker : null);
            Volatile.Write(ref _group, await engine.Server.ScalarAsync<int>(open, cancel).ConfigureAwait(false));
            if (GroupId == 0)
            {
                await engine.Session.RegisterAsync(worker, cancel).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        await _receiving.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            await OpenAsync(either.Token).ConfigureAwait(false);
            return await TakeAsync(buffer, either.Token).ConfigureAwait(false);
        }
        finally
        {
            _receiving.Release();
        }
    }

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var settling = new Settling(batch);
        var topics = new Dictionary<TopicName, int>();
        foreach (var topic in settling.Topics)
        {
            topics.Add(topic, await engine.TopicAsync(topic, cancel).ConfigureAwait(false));
        }

        var call = settling.ToCall(engine.Server.Texts, GroupId, engine.Time.GetUtcNow(), topic => topics[topic]);
        var (claims, special, again) = await engine.Server.RowAsync(call,
            static row => (row.GetFieldValue<string[]>(0), row.GetFieldValue<int[]>(1), row.GetBoolean(2)), cancel).ConfigureAwait(false);
        engine.Pulses.Beat(topics.Keys);
        if (again || settling.HasKeys)
        {
            engine.Notifier.Tell([.. topics.Keys, spec.Topic]);
        }
        else if (topics.Count > 0)
        {
            engine.Notifier.Tell(topics.Keys);
        }

        if (again || settling.HasKeys || settling.HasSuspects)
        {
            _pulse.Beat();
        }

        return settling.Refused(claims, special);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        await _receiving.WaitAsync().ConfigureAwait(false);
        engine.Remove(this);
        if (GroupId != 0)
        {
            if (_unread is { } token)
            {
                engine.Doubt(Release(token));
            }

            await engine.LetGoAsync(spec.IsPrivate ? new Call(engine.Server.Texts.ForgetGroup).With(GroupId) : Release(null)).ConfigureAwait(false);
            engine.Pulses.Beat(spec.Topic);
            engine.Notifier.Tell(spec.Topic);
        }
    }

    private async ValueTask<int> TakeAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            await ReturnUnreadAsync().ConfigureAwait(false);
            var (pulse, worker, token) = (_pulse.Next, engine.Session.Worker, RandomNumber());
            var take = new Call(engine.Server.Texts.Take).With(worker).With(GroupId).With(_id).With(token).With(buffer.Length);

            // What is taken and not handed out is returned, also where it is not known whether it was taken.
            _unread = token;
            var taken = await engine.Server.RowAsync(take, row => Taken.Read(row, token), cancel).ConfigureAwait(false);
            switch (taken.Outcome)
            {
                case Outcome.Something when await ReadAsync(taken, buffer).ConfigureAwait(false) is > 0 and var count:
                    _unread = null;
                    return count;
                case Outcome.Nothing:
                    _unread = null;
                    await WaitAsync(pulse, taken.NextDue, cancel).ConfigureAwait(false);
                    break;
                case Outcome.WorkerLost:
                    await engine.Session.RegisterAsync(worker, cancel).ConfigureAwait(false);
                    break;
                case Outcome.GroupLost:
                    engine.Log.PrivateGroupLost(spec.Topic);
                    Volatile.Write(ref _group, 0);
                    await OpenAsync(cancel).ConfigureAwait(false);
                    break;
            }

            _unread = null;
        }
    }

    private async ValueTask WaitAsync(Task pulse, TimeSpan? limit, CancellationToken cancel)
    {
        IsWaiting = true;
        try
        {
            await Pulse.WaitAsync(pulse, limit, engine.Time, cancel).ConfigureAwait(false);
        }
        finally
        {
            IsWaiting = false;
        }
    }

    /// <summary>Reads what was taken: first what is leased by itself, then the range.</summary>
    private ValueTask<int> ReadAsync(Taken taken, Memory<Delivery> buffer) => engine.Server.RunAsync(async connection =>
    {
        var count = 0;
        if (taken.Rows.Length > 0)
        {
            using var rows = new Call(engine.Server.Texts.ReadTaken).With(taken.Rows).With(taken.Token).On(connection);
            var reader = await rows.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    buffer.Span[count++] = new Delivery(EnvelopeText.Read(reader, 3, spec.Topic), reader.GetInt32(1), new RowLease(reader.GetInt64(0), reader.GetInt32(2) > 0), taken.Token);
                }
            }
        }

        if (taken.Range is { } range)
        {
            using var events = new Call(engine.Server.Texts.ReadRange).With(_topic).With(range.First).With(range.Last).On(connection);
            var reader = await events.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
                {
                    if (taken.Has(reader.GetInt64(0)))
                    {
                        buffer.Span[count++] = new Delivery(EnvelopeText.Read(reader, 1, spec.Topic), 1, range, reader.GetInt64(0));
                    }
                }
            }
        }

        return count;
    });

    /// <summary>What was taken but not handed out: nobody would ever settle it.</summary>
    private async ValueTask ReturnUnreadAsync()
    {
        if (_unread is { } token)
        {
            var release = Release(token);
            await engine.Server.ScalarAsync<object>(release).ConfigureAwait(false);
            _unread = null;

            // What was asked for may still be on its way, and come after this.
            engine.Doubt(release);
        }
    }

    private Call Release(long? token) => new Call(engine.Server.Texts.Release).With(GroupId).With(engine.Session.Worker).With(_id).With(token);

    private static long RandomNumber() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
}
