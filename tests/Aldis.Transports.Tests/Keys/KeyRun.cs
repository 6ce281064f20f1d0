using System.Globalization;
using System.Text;
using Aldis.Events;

namespace Aldis.Transports.Tests.Keys;

/// <summary>One run of the model: random steps on a store, each checked by an oracle for each group, then everything is handled to its end.</summary>
internal sealed class KeyRun : IAsyncDisposable
{
    private const int Groups = 2;
    private static readonly string?[] _keys = [null, "a", "b", "c"];

    private readonly KeyStore _store;
    private readonly Random _random;
    private readonly KeyOracle[] _oracles;
    private readonly List<ITransport> _transports = [];
    private readonly List<KeyMember> _members = [];
    private readonly List<string> _log = [];

    public KeyRun(KeyStore store, int seed)
    {
        (_store, _random) = (store, new Random(seed));
        _oracles = [.. Enumerable.Range(0, Groups).Select(group => new KeyOracle($"group{group}", store.Time))];
    }

    /// <summary>How many events were published.</summary>
    public int Published { get; private set; }

    /// <summary>How many deliveries there were.</summary>
    public int Delivered { get; private set; }

    /// <summary>The last steps, for the message of a failure.</summary>
    public string Story => string.Join("\n", _log.TakeLast(80));

    public async Task RunAsync(int steps)
    {
        _transports.Add(await _store.OpenAsync());
        for (var group = 0; group < Groups; group++)
        {
            await JoinAsync(group);
        }

        for (var step = 0; step < steps; step++)
        {
            await StepAsync();
        }

        await FinishAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var transport in _transports.Distinct())
        {
            await transport.DisposeAsync();
        }

        await _store.DisposeAsync();
    }

    private Task StepAsync() => _random.Next(100) switch
    {
        < 18 => PublishAsync(),
        < 48 => ReceiveAsync(Any(_members), _random.Next(4) == 0 ? 100 : _random.Next(1, 8)),
        < 80 => SettleAsync(Any(_members), Judge),
        < 86 => AdvanceAsync(TimeSpan.FromMilliseconds(_random.Next(3000))),
        < 88 => RedriveAsync(),
        < 89 => ReplaceAsync(),
        < 91 => DiscardAsync(),
        < 94 => LeaveAsync(Any(_members)),
        < 96 => JoinAsync(_random.Next(Groups)),
        < 97 => OpenAsync(),
        < 98 => CloseAsync(),
        _ => LoseAsync(),
    };

    private async Task PublishAsync()
    {
        var envelopes = Enumerable.Range(0, _random.Next(1, 9)).Select(_ => Envelope(Any(_keys))).ToArray();
        _log.Add($"publish {string.Join(" ", envelopes.Select(envelope => Encoding.UTF8.GetString(envelope.Body.Span)))}");
        await using var sender = await Any(_transports).OpenSenderAsync(KeyStore.Topic, CancellationToken.None);
        await sender.SendAsync(envelopes, CancellationToken.None);
        foreach (var envelope in envelopes)
        {
            Array.ForEach(_oracles, oracle => oracle.Published(envelope.Id, Encoding.UTF8.GetString(envelope.Body.Span), envelope.Key));
        }
    }

    private Envelope Envelope(string? key) => new()
    {
        Id = EventId.New(_store.Time), Topic = KeyStore.Topic, Type = "keys", Source = "/test", Time = _store.Time.GetUtcNow(), Key = key,
        ContentType = "text/plain", Body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}{++Published}")),
    };

    private async Task ReceiveAsync(KeyMember member, int most)
    {
        var received = await _store.ReceiveNowAsync(member.Transport, member.Receiver, most);
        Note(member, $"receives up to {most}: {Texts(received)}");
        Took(member, received);
    }

    private void Took(KeyMember member, Delivery[] received)
    {
        Delivered += received.Length;
        member.Take(received);
    }

    private async Task SettleAsync(KeyMember member, Func<Verdict> judge, int most = 6)
    {
        var batch = new List<Settlement>();
        for (var count = _random.Next(1, most + 1); count > 0 && member.HoldsAny; count--)
        {
            batch.Add(member.Next(_random, judge));
        }

        if (batch.Count > 0)
        {
            Note(member, $"settles {string.Join(" ", batch.Select(one => $"{Texts([one.Delivery])}:{Short(one.Verdict)}"))}");
            await member.SettleAsync([.. batch]);
        }
    }

    private Verdict Judge() => _random.Next(20) switch
    {
        < 11 => Verdict.Done,
        < 13 => Verdict.Retry(TimeSpan.Zero, "again"),
        < 15 => Verdict.Retry(TimeSpan.FromMilliseconds(_random.Next(5000)), "later"),
        < 16 => Verdict.Return,
        < 18 => Verdict.Dead("dead") with { HoldsKey = true },
        _ => Verdict.Dead("skipped"),
    };

    private Task AdvanceAsync(TimeSpan span)
    {
        _log.Add($"{span.TotalMilliseconds} ms pass");
        return _store.AdvanceAsync(span);
    }

    private async Task RedriveAsync()
    {
        foreach (var (group, filter, ids) in Meant())
        {
            _log.Add($"redrive {filter}");
            Assert.Equal(ids.Length, await Store.RedriveAsync(filter));
            Array.ForEach(ids, _oracles[group].Redriven);
        }
    }

    private async Task ReplaceAsync()
    {
        foreach (var letter in Letters(out var group).Take(1))
        {
            var copy = Envelope(letter.Envelope.Key);
            _log.Add($"replace {Encoding.UTF8.GetString(letter.Envelope.Body.Span)} by {Encoding.UTF8.GetString(copy.Body.Span)}");
            Assert.True(await Store.ReplaceAsync(letter, copy));
            _oracles[group].Replaced(letter.Envelope.Id, copy.Id);
            Assert.False(await Store.ReplaceAsync(letter, Envelope(letter.Envelope.Key)));
        }
    }

    private async Task DiscardAsync()
    {
        foreach (var (group, filter, ids) in Meant().Take(1))
        {
            _log.Add($"discard {filter}");
            Assert.Equal(ids.Length, await Store.DiscardAsync(filter));
            Array.ForEach(ids, _oracles[group].Discarded);
        }
    }

    /// <summary>One dead letter, or all of a group.</summary>
    private IEnumerable<(int Group, DeadLetterFilter Filter, EventId[] Ids)> Meant()
    {
        var letters = Letters(out var group);
        if (letters.Length > 0)
        {
            var one = _random.Next(3) > 0 ? Any(letters).Envelope.Id : (EventId?)null;
            yield return (group, new DeadLetterFilter { Group = $"group{group}", Id = one }, one is { } id ? [id] : [.. letters.Select(letter => letter.Envelope.Id)]);
        }
    }

    private DeadLetter[] Letters(out int group)
    {
        group = _random.Next(Groups);
        var letters = Store.ListAsync(new DeadLetterFilter { Group = $"group{group}" }).ToBlockingEnumerable().ToArray();
        Array.ForEach(letters, _oracles[group].Listed);
        return letters.Length == _oracles[group].Dead.Count() ? letters : throw new InvalidOperationException($"group{group}: {letters.Length} dead letters are listed");
    }

    private IDeadLetterStore Store => (IDeadLetterStore)Any(_transports);

    private async Task JoinAsync(int group)
    {
        var transport = Any(_transports);
        var member = new KeyMember(transport, await _store.JoinAsync(transport, $"group{group}"), _oracles[group], group);
        _members.Add(member);
        Note(member, "joins");
        if (_members.Count(other => other.Group == group) > 4)
        {
            await LeaveAsync(_members.First(other => other.Group == group));
        }
    }

    private async Task LeaveAsync(KeyMember member)
    {
        Note(member, "leaves");
        await member.DisposeAsync();
        _members.Remove(member);
        if (_members.TrueForAll(other => other.Group != member.Group))
        {
            await JoinAsync(member.Group);
        }
    }

    private async Task OpenAsync()
    {
        _log.Add("another transport opens");
        _transports.Add(await _store.OpenAsync());
    }

    private async Task CloseAsync()
    {
        var transport = Any(_transports);
        if (_transports.Distinct().Count() < 2)
        {
            return;
        }

        _log.Add("a transport closes");
        KeyMember[] its = [.. _members.Where(member => member.Transport == transport)];
        _transports.RemoveAll(other => other == transport);
        _members.RemoveAll(its.Contains);
        await transport.DisposeAsync();
        Array.ForEach(its, member => member.Oracle.Left(member.Receiver, isCounted: false));
        foreach (var group in Enumerable.Range(0, Groups).Where(group => _members.TrueForAll(member => member.Group != group)))
        {
            await JoinAsync(group);
        }
    }

    /// <summary>A transport is taken for dead: what its receivers hold is taken from them, and they do not know it.</summary>
    private async Task LoseAsync()
    {
        if (_store.CanLoseWorkers)
        {
            var transport = Any(_transports);
            _log.Add($"the worker of {string.Join(" ", _members.Where(member => member.Transport == transport).Select(Name))} is lost");
            _transports.Add(await _store.LoseWorkerAsync(transport));
            foreach (var member in _members.Where(member => member.Transport == transport))
            {
                member.Oracle.Left(member.Receiver, isCounted: true);
            }
        }
    }

    /// <summary>From now on all goes well; nobody asks again and again, so that whoever is not told waits in vain.</summary>
    private async Task FinishAsync()
    {
        _log.Add("from now on all goes well");
        for (var group = 0; group < Groups; group++)
        {
            var filter = new DeadLetterFilter { Group = $"group{group}" };
            EventId[] ids = [.. Store.ListAsync(filter).ToBlockingEnumerable().Select(letter => letter.Envelope.Id)];
            Assert.Equal(ids.Length, await Store.RedriveAsync(filter));
            Array.ForEach(ids, _oracles[group].Redriven);
        }

        using var end = new CancellationTokenSource();
        var receiving = new Dictionary<KeyMember, (Task<int> Receive, Delivery[] Buffer)>();
        var idle = System.Diagnostics.Stopwatch.StartNew();
        while (!Array.TrueForAll(_oracles, oracle => oracle.IsThrough))
        {
            foreach (var member in _members.ToArray())
            {
                while (member.HoldsAny)
                {
                    await SettleAsync(member, () => Verdict.Done);
                }

                if (!receiving.TryGetValue(member, out var pending))
                {
                    var buffer = new Delivery[_random.Next(1, 20)];
                    receiving.Add(member, (member.Receiver.ReceiveAsync(buffer, end.Token).AsTask(), buffer));
                }
                else if (pending.Receive.IsCompleted)
                {
                    receiving.Remove(member);
                    var received = pending.Buffer[..await pending.Receive];
                    Note(member, $"gets {Texts(received)}");
                    Took(member, received);
                    idle.Restart();
                }
            }

            if (idle.Elapsed > TimeSpan.FromSeconds(10))
            {
                throw new InvalidOperationException($"nothing comes any more; {string.Join("; ", _oracles.Select(oracle => oracle.ToString()))}");
            }

            if (_members.TrueForAll(member => !member.HoldsAny && receiving.TryGetValue(member, out var pending) && !pending.Receive.IsCompleted))
            {
                await _store.AdvanceAsync(TimeSpan.FromMilliseconds(500));
                await Task.WhenAny([Task.Delay(1, end.Token), .. receiving.Values.Select(pending => pending.Receive)]);
            }
        }

        await end.CancelAsync();
        await Task.WhenAll(receiving.Values.Select(pending => pending.Receive)).ContinueWith(_ => { }, TaskScheduler.Default);
        if (await _store.LeftoversAsync() is { } leftovers)
        {
            throw new InvalidOperationException(leftovers);
        }
    }

    private T Any<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    private void Note(KeyMember member, string what) => _log.Add($"{Name(member)} {what}");

    private string Name(KeyMember member) => $"{member.Group}/{Math.Abs(member.Receiver.GetHashCode()) % 1000}";

    private static string Texts(IEnumerable<Delivery> deliveries)
        => string.Join(" ", deliveries.Select(one => $"{Encoding.UTF8.GetString(one.Envelope.Body.Span)}#{one.Attempt}"));

    private static string Short(Verdict verdict) => verdict.Kind == VerdictKind.Retry ? $"Retry({verdict.After.TotalMilliseconds})" : $"{verdict.Kind}{(verdict.HoldsKey ? "!" : "")}";
}
