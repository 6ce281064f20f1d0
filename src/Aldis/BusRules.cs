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

        faults.Add(catalog.Subscriptions.SelectMany(subscription => subscription.Options.Validate()));
        faults.Add(builder.Appointments.SelectMany(appointment => appointment.Options.Validate()));
        faults.Add(builder.Appointments.GroupBy(appointment => appointment.Name).Where(same => same.Count() > 1)
            .Select(same => new Fault(ErrorCodes.InvalidOption, $"{same.Count()} timetables have the name '{same.Key}'.", "Each slot of a name is taken once.", "Give each its own name.")));
        faults.Add(Duplicates(catalog));
        faults.Add(Unbuildable(catalog, services));
    }

    /// <summary>What is asked of the transport that it cannot do, and no ledger does.</summary>
    public static void CheckFeatures(EventBusBuilder builder, EventCatalog catalog, Stores stores, FaultList faults)
    {
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
