using Microsoft.Extensions.DependencyInjection;

namespace Aldis.AotApp.Bus;

/// <summary>What a bus does on any transport. A transport has a class of its own that calls this.</summary>
internal static class BusWork
{
    /// <summary>What one bus does.</summary>
    /// <param name="use">Chooses the transport.</param>
    public static async Task RunAsync(Action<EventBusBuilder> use)
    {
        await Lambdas.RunAsync(use);
        await Classes.RunAsync(use);
        await Failures.RunAsync(use);
        await PrivateGroups.RunAsync(use);
    }

    /// <summary>What two buses do that share a transport.</summary>
    /// <param name="use">Chooses the transport: for each bus the same one.</param>
    public static async Task RunTwoAsync(Action<EventBusBuilder> use)
    {
        await PrivateGroups.RunTwoAsync(use);
        await Carrying.RunAsync(use);
    }

    /// <summary>Starts a bus whose handlers have services: a <see cref="Seen"/> and a <see cref="Ledger"/>.</summary>
    public static async Task<EventBus> StartAsync(Action<EventBusBuilder> use, Seen seen, Action<EventBusBuilder> configure)
    {
        var builder = new EventBusBuilder();
        use(builder);
        configure(builder);
        var bus = builder.Build(new ServiceCollection().AddSingleton(seen).AddScoped<Ledger>().BuildServiceProvider());
        await bus.StartAsync(CancellationToken.None);
        return bus;
    }
}
