namespace Aldis.PostgreSql.Rows;

/// <summary>Publishes a batch of changes: those of one key one after the other, those of different keys side by side.</summary>
internal sealed class Publishing(IEventBus bus, IReadOnlyDictionary<string, IRowTable> tables, CancellationToken cancel)
{
    private readonly List<RawChange> _done = [];
    private readonly List<(RawChange Change, AldisException Error)> _refused = [];

    /// <summary>What the bus has.</summary>
    public IReadOnlyList<RawChange> Done => _done;

    /// <summary>What no bus can take; nothing of its key was published after it.</summary>
    public IReadOnlyList<(RawChange Change, AldisException Error)> Refused => _refused;

    /// <summary>Why something is left, where it was not the change's own fault.</summary>
    public Exception? Failure { get; private set; }

    public async Task RunAsync(IEnumerable<RawChange> batch)
        => await Task.WhenAll(batch.GroupBy(change => (change.Topic, change.Key ?? change.Id.ToString())).Select(PublishAsync)).ConfigureAwait(false);

    private async Task PublishAsync(IEnumerable<RawChange> inOrder)
    {
        foreach (var change in inOrder)
        {
            if (!await TryPublishAsync(change).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private async Task<bool> TryPublishAsync(RawChange change)
    {
        try
        {
            await tables[change.Topic].PublishAsync(bus, change, cancel).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            lock (_done)
            {
                if (RelayFault.IsOfTheEvent(error))
                {
                    _refused.Add((change, (AldisException)error));
                }
                else
                {
                    Failure ??= error;
                }
            }

            return false;
        }

        lock (_done)
        {
            _done.Add(change);
        }

        return true;
    }
}
