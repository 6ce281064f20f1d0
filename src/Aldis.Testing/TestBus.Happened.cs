using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.Testing.Running;
using Aldis.Transports;

namespace Aldis.Testing;

/// <content>What happened, and what must have.</content>
public sealed partial class TestBus
{
    /// <summary>The events of a type that reached the transport, in that order: published by the program, by handlers, by the schedule when they were due.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    public IReadOnlyList<Recorded<T>> Published<T>() where T : notnull => Find<T>(HappeningKind.Published, null);

    /// <summary>The events that were to be published later, when that was said; <see cref="Published{T}"/> has them when they are due.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    public IReadOnlyList<Recorded<T>> Scheduled<T>() where T : notnull => Find<T>(HappeningKind.Scheduled, null);

    /// <summary>The events that a handler was through with, once for each delivery, when that was stored.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: any.</param>
    public IReadOnlyList<Recorded<T>> Handled<T>(string? group = null) where T : notnull => Find<T>(HappeningKind.Handled, group);

    /// <summary>The deliveries that failed and are tried again. Immediate retries within a delivery are not told apart.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: any.</param>
    public IReadOnlyList<Recorded<T>> Failed<T>(string? group = null) where T : notnull => Find<T>(HappeningKind.Failed, group);

    /// <summary>The events that a group gave up, whatever became of them then.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: any.</param>
    public IReadOnlyList<Recorded<T>> DeadLettered<T>(string? group = null) where T : notnull => Find<T>(HappeningKind.DeadLettered, group);

    /// <summary>What happened, as text for people: the last fifty lines, and the seed. The message of every failure ends with it.</summary>
    public string Tell() => _world.Epilogue();

    /// <summary>Fails unless an event was published.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="match">Which. Default: any of the type.</param>
    /// <param name="text">Filled in by the compiler.</param>
    /// <returns>The first one.</returns>
    /// <exception cref="TestBusException">None was.</exception>
    public Recorded<T> MustHavePublished<T>(Func<T, bool>? match = null, [CallerArgumentExpression(nameof(match))] string? text = null) where T : notnull
        => Must(Published<T>(), match, text, $"{NameOf<T>()} was not published.", $"{NameOf<T>()} was published");

    /// <summary>Fails if an event was published.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="match">Which. Default: any of the type.</param>
    /// <exception cref="TestBusException">One was.</exception>
    public void MustNotHavePublished<T>(Func<T, bool>? match = null) where T : notnull
    {
        if (Published<T>().FirstOrDefault(one => match?.Invoke(one.Event) != false) is { } found)
        {
            throw Failure($"{_world.History.Name(found.Envelope)} was published, and it should not.");
        }
    }

    /// <summary>Fails unless a group has handled an event.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group.</param>
    /// <param name="match">Which. Default: any of the type.</param>
    /// <param name="text">Filled in by the compiler.</param>
    /// <returns>The first one.</returns>
    /// <exception cref="TestBusException">It has handled none.</exception>
    public Recorded<T> MustHaveHandled<T>(string group, Func<T, bool>? match = null, [CallerArgumentExpression(nameof(match))] string? text = null) where T : notnull
        => Must(Handled<T>(group), match, text, $"{group} has not handled {NameOf<T>()}.", $"{group} has handled {NameOf<T>()}");

    /// <summary>Fails unless a group has given up an event.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: any.</param>
    /// <param name="match">Which. Default: any of the type.</param>
    /// <param name="text">Filled in by the compiler.</param>
    /// <returns>The first one.</returns>
    /// <exception cref="TestBusException">None was given up.</exception>
    public Recorded<T> MustHaveDeadLettered<T>(string? group = null, Func<T, bool>? match = null, [CallerArgumentExpression(nameof(match))] string? text = null)
        where T : notnull
        => Must(DeadLettered<T>(group), match, text, $"{(group is null ? "No group has" : $"{group} has not")} given up {NameOf<T>()}.",
            $"{(group is null ? "Groups have" : $"{group} has")} given up {NameOf<T>()}");

    /// <summary>
    /// Waits until all is quiet, and fails unless nothing is left: every group has handled every event, none is to be tried again, is parked or dead, and none is
    /// scheduled.
    /// </summary>
    /// <exception cref="TestBusException">Something is left.</exception>
    public async Task MustBeEmptyAsync()
    {
        await QuietAsync().ConfigureAwait(false);
        var left = new List<string>();
        await foreach (var letter in _world.Memory.ListAsync(DeadLetterFilter.All).ConfigureAwait(false))
        {
            left.Add($"{letter.Group} has given up {_world.History.Name(letter.Envelope)}");
        }

        foreach (var (topic, group) in Bus.Now?.Pumps.Select(pump => (pump.Spec.Topic, pump.Spec.Group)) ?? [])
        {
            var name = group == GroupName.EachInstance ? Bus.Now!.PrivateGroup : group;
            var backlog = await _world.Memory.ReadBacklogAsync(topic, name, CancellationToken.None).ConfigureAwait(false);
            if (backlog.Depth > 0)
            {
                left.Add($"{group} has {backlog.Depth} of {topic} before it");
            }
        }

        await foreach (var due in ((ISchedule)_world.Memory).ListAsync().ConfigureAwait(false))
        {
            left.Add($"{_world.History.Name(due.Envelope)} is to be published at {History.Show(due.Due)}");
        }

        if (left.Count > 0)
        {
            throw Failure(string.Join("\n  ", ["The bus is not empty:", .. left]));
        }
    }

    private Recorded<T> Must<T>(IReadOnlyList<Recorded<T>> all, Func<T, bool>? match, string? text, string none, string some) where T : notnull
    {
        var found = all.FirstOrDefault(one => match?.Invoke(one.Event) != false);
        return found ?? throw Failure(all.Count == 0 ? none : $"{some} {(all.Count == 1 ? "once" : $"{all.Count} times")}, but never with {text}.");
    }

    private TestBusException Failure(string what) => new($"{what}\n{_world.Epilogue()}");

    private string NameOf<T>() => _world.Names.Show(typeof(T));

    private IReadOnlyList<Recorded<T>> Find<T>(HappeningKind kind, string? group) where T : notnull
    {
        var name = _world.Names.Of(typeof(T));
        return
        [
            .. _world.History.All.Where(one => one.Kind == kind && one.Envelope!.Type == name && (group ?? one.Group) == one.Group)
                .Select(one => new Recorded<T>(_world.Decode<T>(one.Envelope!), one.Envelope!, one.At)
                {
                    Group = one.Group, Attempt = one.Attempt, Reason = kind == HappeningKind.DeadLettered ? one.Text : null, Error = one.Error,
                }),
        ];
    }
}
