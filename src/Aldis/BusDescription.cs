using System.Globalization;
using System.Text;
using Aldis.Catalog;
using Aldis.Pipeline;
using Aldis.Transports;

namespace Aldis;

/// <summary>A bus told for people.</summary>
internal static class BusDescription
{
    public static string Of(ITransport transport, EventCatalog catalog, IReadOnlyList<Step> steps)
    {
        var text = new StringBuilder();
        var features = transport.Features;
        text.AppendLine(CultureInfo.InvariantCulture, $"transport {features.System}: {features.Durable}{Traits(features)}");
        foreach (var topic in catalog.Events.GroupBy(type => type.Topic))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"topic {topic.Key}");
            foreach (var type in topic)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  event {type.WireName} = {type.ClrType}");
            }

            foreach (var subscription in catalog.Subscriptions.Where(subscription => subscription.Event.Topic == topic.Key))
            {
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"  group {subscription.Group} x{subscription.Options.Concurrency}: {subscription.Event.WireName} -> {subscription.Origin}");
            }
        }

        var names = steps.Select(step => step.Method.DeclaringType?.Name ?? step.Method.Name);
        text.Append("steps: ").AppendJoin(" > ", (string[])["limits", "retry", "scope", .. names, "handler"]);
        return text.ToString();
    }

    private static string Traits(TransportFeatures features) => string.Concat(
        from trait in new[]
        {
            ("ordered", features.Ordered), ("delays", features.Delays), ("atomic settlement", features.AtomicSettlement),
            ("deduplicates", features.Deduplicates), ("replays", features.Replays), ("keeps for the first group", features.KeepsForFirstGroup),
        }
        where trait.Item2
        select $", {trait.Item1}");
}
