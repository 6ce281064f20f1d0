using System.Text;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What a scenario plays on: a started transport, and the words for sending, receiving and settling.</summary>
public sealed class Stage : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(20);

    private readonly ITransportFixture _fixture;
    private readonly List<ITransport> _opened = [];

    internal Stage(ITransportFixture fixture) => _fixture = fixture;

    /// <summary>The topic of the scenario.</summary>
    public static TopicName Topic { get; } = TopicName.Parse("conformance.topic");

    /// <summary>The transport opened last.</summary>
    public ITransport Transport => _opened[^1];

    /// <summary>The transport opened last, as one of the optional contracts.</summary>
    /// <typeparam name="T">The contract.</typeparam>
    /// <exception cref="ConformanceException">The transport declares the feature, and does not have the contract.</exception>
    public T As<T>() where T : class => As<T>(Transport);

    /// <summary>A transport as one of the optional contracts.</summary>
    /// <typeparam name="T">The contract.</typeparam>
    /// <param name="transport">The transport.</param>
    /// <exception cref="ConformanceException">The transport declares the feature, and does not have the contract.</exception>
    public static T As<T>(ITransport transport) where T : class
        => transport as T ?? throw new ConformanceException($"the transport declares a feature that goes with {typeof(T).Name}, and does not implement it");

    /// <summary>The clock.</summary>
    public TimeProvider Time => _fixture.Time;

    /// <summary>Opens and starts another transport on the same store.</summary>
    public async Task<ITransport> OpenAsync()
    {
        var transport = _fixture.Open();
        _opened.Add(transport);
        await transport.StartAsync(CancellationToken.None).ConfigureAwait(false);
        return transport;
    }

    /// <summary>A member of a group of the scenario's topic.</summary>
    /// <param name="group">The group.</param>
    /// <param name="topic">The topic; the scenario's own by default.</param>
    public ValueTask<IReceiver> ReceiverAsync(string group = "group", TopicName? topic = null)
        => Transport.OpenReceiverAsync(new ReceiverSpec(topic ?? Topic, GroupName.Parse(group), 100), CancellationToken.None);

    /// <summary>The receiver of a private group of the scenario's topic.</summary>
    /// <param name="group">The name under which the transport knows the group.</param>
    public ValueTask<IReceiver> PrivateReceiverAsync(string group = "each-instance.1")
        => Transport.OpenReceiverAsync(new ReceiverSpec(Topic, GroupName.Parse(group), 100) { IsPrivate = true }, CancellationToken.None);

    /// <summary>An envelope with a text as its body.</summary>
    /// <param name="body">The text.</param>
    /// <param name="topic">The topic; the scenario's own by default.</param>
    public Envelope Envelope(string body, TopicName? topic = null) => new()
    {
        Id = EventId.New(Time),
        Topic = topic ?? Topic,
        Type = (topic ?? Topic).Value,
        Source = "/conformance",
        Time = Time.GetUtcNow(),
        ContentType = "application/json",
        Body = Encoding.UTF8.GetBytes(body),
    };

    /// <summary>Sends envelopes in one batch.</summary>
    /// <param name="envelopes">The envelopes; all of one topic.</param>
    public async Task SendAsync(params Envelope[] envelopes)
    {
        ArgumentNullException.ThrowIfNull(envelopes);
        var sender = await Transport.OpenSenderAsync(envelopes[0].Topic, CancellationToken.None).ConfigureAwait(false);
        await using (sender.ConfigureAwait(false))
        {
            await sender.SendAsync(envelopes, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Sends texts in one batch.</summary>
    /// <param name="bodies">The texts.</param>
    public Task SendAsync(params string[] bodies) => SendAsync([.. bodies.Select(body => Envelope(body))]);

    /// <summary>Receives so many deliveries, letting the clock run while it waits.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="count">How many.</param>
    public async Task<List<Delivery>> ReceiveAsync(IReceiver receiver, int count)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        var received = new List<Delivery>();
        while (received.Count < count)
        {
            received.AddRange(await ReceiveSomeAsync(receiver, count - received.Count).ConfigureAwait(false));
        }

        return received;
    }

    /// <summary>Receives so many deliveries, in the order of their texts: that in which they came is no promise of every transport.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="count">How many.</param>
    public async Task<List<Delivery>> ReceiveByNameAsync(IReceiver receiver, int count)
    {
        var received = await ReceiveAsync(receiver, count).ConfigureAwait(false);
        return [.. received.OrderBy(delivery => Bodies([delivery])[0], StringComparer.Ordinal)];
    }

    /// <summary>Receives from whichever of two members gets something first. The other has taken nothing.</summary>
    /// <param name="one">A member.</param>
    /// <param name="two">Another one.</param>
    /// <param name="most">The most.</param>
    /// <returns>Who got it, and what; and who did not.</returns>
    public async Task<(IReceiver Holder, IReceiver Other, Delivery[] Deliveries)> ReceiveFromEitherAsync(IReceiver one, IReceiver two, int most)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(two);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            // In turns: a receive that is cancelled has taken nothing.
            (one, two) = (two, one);
            using var turn = new CancellationTokenSource();
            var buffer = new Delivery[most];
            var receiving = one.ReceiveAsync(buffer, turn.Token).AsTask();
            await Task.WhenAny(receiving, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System)).ConfigureAwait(false);
            await turn.CancelAsync().ConfigureAwait(false);
            await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (receiving.IsCompletedSuccessfully)
            {
                return (one, two, buffer[..await receiving.ConfigureAwait(false)]);
            }

            Require(TimeProvider.System.GetElapsedTime(start) < _patience, "neither member got anything");
            await _fixture.AdvanceAsync(_tick).ConfigureAwait(false);
        }
    }

    /// <summary>Receives what there is, at least one delivery, letting the clock run while it waits.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="most">The most.</param>
    public async Task<Delivery[]> ReceiveSomeAsync(IReceiver receiver, int most)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        var buffer = new Delivery[most];
        var taken = await UntilAsync(receiver.ReceiveAsync(buffer, CancellationToken.None).AsTask(), $"{most} more deliveries").ConfigureAwait(false);
        return buffer[..taken];
    }

    /// <summary>Makes sure that a receiver gets nothing while some time passes.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="span">How long, by the fixture's clock.</param>
    public async Task ReceiveNothingAsync(IReceiver receiver, TimeSpan span)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        using var enough = new CancellationTokenSource();
        var buffer = new Delivery[1];
        var receiving = receiver.ReceiveAsync(buffer, enough.Token).AsTask();
        await _fixture.AdvanceAsync(span).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Require(receiving.IsCanceled, $"nothing should have come, but {buffer[0].Envelope?.ToString() ?? receiving.Status.ToString()} did");
    }

    /// <summary>Settles deliveries with one verdict.</summary>
    /// <param name="receiver">The receiver that has them.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="deliveries">The deliveries.</param>
    /// <returns>Those that were refused.</returns>
    public static async Task<IReadOnlyList<Settlement>> SettleAsync(IReceiver receiver, Verdict verdict, params IEnumerable<Delivery> deliveries)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        Settlement[] settlements = [.. deliveries.Select(delivery => new Settlement(delivery, verdict, []))];
        return await receiver.SettleAsync(settlements, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Moves the clock on.</summary>
    /// <param name="span">By how much.</param>
    public ValueTask AdvanceAsync(TimeSpan span) => _fixture.AdvanceAsync(span);

    /// <summary>Waits for a task while the clock runs.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="task">The task.</param>
    /// <param name="what">What is waited for, for the message.</param>
    public async Task<T> UntilAsync<T>(Task<T> task, string what)
    {
        ArgumentNullException.ThrowIfNull(task);
        var start = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            Require(TimeProvider.System.GetElapsedTime(start) < _patience, $"waited in vain for {what}");
            await _fixture.AdvanceAsync(_tick).ConfigureAwait(false);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System)).ConfigureAwait(false);
        }

        return await task.ConfigureAwait(false);
    }

    /// <summary>The texts of deliveries.</summary>
    /// <param name="deliveries">The deliveries.</param>
    public static string[] Bodies(IEnumerable<Delivery> deliveries) => [.. deliveries.Select(delivery => Encoding.UTF8.GetString(delivery.Envelope.Body.Span))];

    /// <summary>Fails the scenario unless something holds.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="otherwise">What is wrong if not.</param>
    public static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ConformanceException(otherwise);
        }
    }

    /// <summary>Fails the scenario unless two sequences are the same.</summary>
    /// <typeparam name="T">What they are of.</typeparam>
    /// <param name="expected">What should be.</param>
    /// <param name="actual">What is.</param>
    /// <param name="what">What they are.</param>
    public static void RequireSame<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
        => Require(expected.SequenceEqual(actual), $"{what} should be [{string.Join(", ", expected)}], but is [{string.Join(", ", actual)}]");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var transport in _opened)
        {
            await transport.DisposeAsync().ConfigureAwait(false);
        }
    }
}
