using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Lambda;

/// <summary>Who receives from a function. Safe for any thread.</summary>
internal sealed class Entries
{
    private readonly ConcurrentDictionary<LambdaReceiver, TopicName> _receivers = new();

    /// <summary>The clock and the log of the bus; null while there is none.</summary>
    public TransportContext? Context { get; set; }

    public ILogger Log => Context?.Loggers.CreateLogger("Aldis.Lambda") ?? NullLogger.Instance;

    public IReadOnlyList<LambdaReceiver> Of(TopicName topic) => [.. _receivers.Where(one => one.Value == topic).Select(one => one.Key)];

    public void Add(LambdaReceiver receiver, TopicName topic) => _receivers[receiver] = topic;

    public void Remove(LambdaReceiver receiver) => _receivers.TryRemove(receiver, out _);
}
