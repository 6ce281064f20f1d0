using System.Globalization;
using System.Text;
using Aldis.Catalog;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;

namespace Aldis;

/// <summary>A bus told for people, and for programs (<see cref="BusDescriptionJson"/>).</summary>
internal sealed class BusDescription(
    ITransport transport, EventCatalog catalog, ICodec codec, IReadOnlyList<Step> steps, Func<GroupName, bool> isPaused)
{
    public TransportFeatures Features => transport.Features;

    public IEnumerable<string> Traits =>
        from trait in new[]
        {
            ("ordered", Features.Ordered), ("order by key", Features.KeyOrder), ("delays", Features.Delays), ("atomic settlement", Features.AtomicSettlement),
            ("deduplicates", Features.Deduplicates), ("remembers", Features.Remembers), ("schedules", Features.Schedules), ("replays", Features.Replays), ("keeps for the first group", Features.KeepsForFirstGroup),
        }
        where trait.Item2
        select trait.Item1;

    public IEnumerable<string> Steps
        => ["limits", "retry", "scope", .. steps.Select(step => step.Method.DeclaringType?.Name ?? step.Method.Name), "handler"];

    /// <summary>By topic, in the order of their names; what is only published here has a topic as well.</summary>
    public IEnumerable<TopicDescription> Topics
    {
        get
        {
            var publishers = catalog.Publishers;
            return from type in catalog.Events.Concat(publishers.Select(one => one.Event)).DistinctBy(type => type.WireName)
                   orderby type.WireName
                   group type by type.Topic into topic
                   orderby topic.Key.Value
                   select new TopicDescription(topic.Key, [.. topic],
                       [.. catalog.Subscriptions.Where(subscription => subscription.Event.Topic == topic.Key)],
                       [.. publishers.Where(publisher => publisher.Event.Topic == topic.Key)]);
        }
    }

    /// <summary>Whether an event is written and read by reflection.</summary>
    public bool Reflects(EventType type) => (codec as JsonCodec)?.Reflects(type.ClrType) == true;

    public bool IsPaused(Subscription one) => isPaused(one.Group);

    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"transport {Features.System}: {string.Join(", ", Traits.Prepend($"{Features.Durable}"))}");
        foreach (var topic in Topics)
        {
            Append(text, topic);
        }

        return text.Append("steps: ").AppendJoin(" > ", Steps).ToString();
    }

    private void Append(StringBuilder text, TopicDescription topic)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"topic {topic.Name}");
        foreach (var type in topic.Events)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  event {type.WireName} = {type.ClrType}{(Reflects(type) ? ", as JSON by reflection" : "")}");
        }

        foreach (var one in topic.Subscriptions)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  group {one.Group} x{one.Options.Concurrency}{InBatches(one)}{(IsPaused(one) ? ", paused" : "")}: {one.Event.WireName} -> {one.Whereabouts}{(one.ByReflection ? ", by reflection" : "")}");
        }

        foreach (var one in topic.Publishers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {one.Event.WireName} <- {one.Origin}{At(one.Place)}");
        }
    }

    private static string InBatches(Subscription one) => one.InBatches ? string.Create(CultureInfo.InvariantCulture, $" in batches of {one.Options.Batch!.MaxItems}") : "";

    private static string At(SourcePlace? place) => place is null ? "" : $" ({place})";
}
