using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/guides/entity-framework.md.</summary>
internal static class EntityFrameworkSnippets
{
    public static void Add(WebApplicationBuilder builder, string connection, SaveSignals saves)
    {
        builder.Services.AddDbContext<ShopContext>((services, options) => options.UseNpgsql(connection).UseAldis(services.GetRequiredService<IEventBus>(), saves));
    }

    public static async Task PublishAsync(ShopContext shop, Order order)
    {
        shop.Add(order);
        shop.PublishOnSave(() => new OrderPlaced(order.Id));
        await shop.SaveChangesAsync();
    }

    public static SaveSignals Signals()
    {
        var saves = new SaveSignals();
        saves.Of<Order>().Before.Connect(save => save.Entity.Id < 0 ? new Veto("ids are positive") : null);
        saves.Of<Order>().After.Connect(save => Console.WriteLine($"{save.Kind}: order {save.Entity.Id}"));
        return saves;
    }

    internal sealed class Order : IRaiseEvents
    {
        public int Id { get; set; }
        public RaisedEvents Events { get; } = new();
        public void Cancel() => Events.Add(new OrderCancelled(Id));
    }

    internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();
    }

    [Event("snippets.order-placed")]
    internal sealed record OrderPlaced(int Id);

    [Event("snippets.order-cancelled")]
    internal sealed record OrderCancelled(int Id);
}
