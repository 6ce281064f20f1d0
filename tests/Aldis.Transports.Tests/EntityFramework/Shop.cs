using Microsoft.EntityFrameworkCore;

namespace Aldis.Transports.Tests.EntityFramework;

/// <summary>A context with one table.</summary>
internal sealed class Shop(DbContextOptions<Shop> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>().HasIndex(order => order.Name).IsUnique();
}

/// <summary>An order that raises events of its own.</summary>
internal sealed class Order : IRaiseEvents
{
    public int Id { get; set; }

    public string Name { get; set; } = "";

    public RaisedEvents Events { get; } = new();

    public static Order Place(string name)
    {
        var order = new Order { Name = name };
        order.Events.AddLater(() => new Placed(order.Id, name));
        return order;
    }
}

[Event("shop.placed")]
internal sealed record Placed(int Id, string Name);

[Event("shop.noted")]
internal sealed record NotedDown(string Text);
