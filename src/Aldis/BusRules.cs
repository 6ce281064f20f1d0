using Aldis.Catalog;
using Aldis.Errors;
using Aldis.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis;

/// <summary>What must hold before a bus may start, each rule in one place.</summary>
internal static class BusRules
{
    /// <summary>What a timer of .NET can keep is a little more.</summary>
    private static readonly TimeSpan _longestTimer = TimeSpan.FromDays(49);

    public static void Check(EventBusBuilder builder, EventCatalog catalog, IServiceProvider services, FaultList faults)
    {
        faults.Add(builder.Limits.Validate());
        if (builder.DrainTimeout < TimeSpan.Zero || builder.DrainTimeout > _longestTimer)
        {
            faults.Add(new Fault(ErrorCodes.InvalidOption, $"EventBusBuilder.DrainTimeout is {builder.DrainTimeout}.", "It must lie between zero and 49 days."));
        }

        if (!CanPublish(builder.WhenFull))
        {
            faults.Add(new Fault(ErrorCodes.InvalidOption, $"EventBusBuilder.WhenFull is {builder.WhenFull}.", NoDropOldest));
        }

        faults.Add(UnknownGroups(builder, catalog));
        faults.Add(Disagreements(catalog));
        faults.Add(catalog.Subscriptions.SelectMany(subscription => subscription.Options.Validate()));
        faults.Add(builder.Appointments.SelectMany(appointment => appointment.Options.Validate()));
        faults.Add(builder.Appointments.GroupBy(appointment => appointment.Name).Where(same => same.Count() > 1)
            .Select(same => new Fault(ErrorCodes.InvalidOption, $"{same.Count()} timetables have the name '{same.Key}'.", "Each slot of a name is taken once.", "Give each its own name.")));
        faults.Add(catalog.Subscriptions.Where(one => one is { InBatches: false, SharesOptions: false, Options.Batch: not null }).Select(one => new Fault(
            ErrorCodes.InvalidOption, $"SubscriptionOptions.Batch is said for {one.Whereabouts}, which handles one event at a time.", Remedy: "Subscribe it with bus.SubscribeBatch.")));
        faults.Add(Duplicates(catalog));
        faults.Add(Unbuildable(catalog, services));
    }

    /// <summary>What is asked of the transport that it cannot do, and no ledger does.</summary>
    public static void CheckFeatures(EventBusBuilder builder, EventCatalog catalog, Stores stores, FaultList faults)
    {
        if (!stores.KeepsDeadLetters)
        {
            faults.Add(stores.Missing("What is given up is to be kept as a dead letter"));
        }

        if (stores.Inbox is null)
        {
            faults.Add(catalog.Subscriptions.Where(subscription => subscription.Options.Inbox is not null).Select(subscription => stores.Missing(
                $"The group '{subscription.Group}' is to remember what it has handled")));
        }

        if (stores.Schedule is null)
        {
            faults.Add(builder.Appointments.Select(appointment => stores.Missing($"The timetable '{appointment.Name}' is to be kept")));
        }
    }


    /// <summary>Why <see cref="WhenFull.DropOldest"/> is no way to publish.</summary>
    public const string NoDropOldest = "It must be Wait, Fail or DropNewest: somebody waits for the oldest event to be stored.";

    /// <summary>Whether a publish can be told that.</summary>
    public static bool CanPublish(WhenFull whenFull) => whenFull is WhenFull.Wait or WhenFull.Fail or WhenFull.DropNewest;

    private static IEnumerable<Fault> UnknownGroups(EventBusBuilder builder, EventCatalog catalog) => builder.Groups.Keys
        .Where(name => catalog.Subscriptions.All(subscription => subscription.Group.Value != name))
        .Select(name => new Fault(ErrorCodes.UnknownGroup, $"bus.ForGroup names the group '{Printable.Of(name)}', in which nothing is subscribed.",
            GroupsOf(catalog), "Correct the name, or take the call away."));

    /// <summary>The groups that there are, as a sentence.</summary>
    public static string GroupsOf(EventCatalog catalog)
    {
        var groups = catalog.Subscriptions.Select(subscription => $"'{subscription.Group}'").Distinct().Order(StringComparer.Ordinal).ToArray();
        return groups.Length == 0 ? "Nothing is subscribed at all." : $"There is {string.Join(", ", groups)}.";
    }

    private static IEnumerable<Fault> Disagreements(EventCatalog catalog) =>
        from stream in catalog.Streams
        let versions = stream.DistinctBy(subscription => subscription.Event.WireName).ToArray()
        let first = versions[0]
        from other in versions.Skip(1)
        from difference in first.Options.Differences(other.Options)
        select new Fault(ErrorCodes.OptionsDisagree,
            $"The group '{stream.Key.Group}' handles '{stream.Key.Topic}' with {first.Whereabouts} and {other.Whereabouts}, for which {difference}.",
            "Versions of one event come in one stream, and a group has one way to run it.");

    private static IEnumerable<Fault> Duplicates(EventCatalog catalog) => catalog.Subscriptions
        .GroupBy(subscription => (subscription.Group, subscription.Event.WireName))
        .Where(same => same.Count() > 1)
        .Select(same => new Fault(ErrorCodes.HandlerTwice,
            $"The group '{same.Key.Group}' has {same.Count()} handlers for '{same.Key.WireName}': {string.Join(" and ", same.Select(one => one.Whereabouts))}.",
            Remedy: same.Key.Group == GroupName.EachInstance ? "A bus has one private group: let one handler call the others." : null));

    /// <summary>Where nothing is marked, the first parameter is the event, which may not be what was meant.</summary>
    private static string Remedy(Type @event, Type service)
        => $"Register it, for example with builder.Services.AddSingleton<{service.Name}>(), or take the parameter away."
            + (EventNaming.IsDeclared(@event) ? "" : $" Where {service.Name} is the event, mark it with [Event].");

    private static IEnumerable<Fault> Unbuildable(EventCatalog catalog, IServiceProvider services)
    {
        var known = services.GetService<IServiceProviderIsService>();
        return from subscription in catalog.Subscriptions
               from service in subscription.Services
               where known is null || !known.IsService(service)
               select new Fault(ErrorCodes.HandlerCannotBeBuilt,
                   $"{subscription.Whereabouts} takes {service} beside its event, {subscription.Event.ClrType.Name}, and no service supplies it.",
                   known is null ? "This bus has no services: it was made without a host." : null,
                   Remedy(subscription.Event.ClrType, service));
    }
}
