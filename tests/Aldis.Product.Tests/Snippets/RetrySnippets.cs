using System.Net;
using Microsoft.Extensions.Hosting;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guide on retries. It is here to be compiled; tests elsewhere prove what it promises.</summary>
internal static class RetrySnippets
{
    public static RetryPolicy Rules()
    {
        var policy = new RetryPolicy { MaxAttempts = 8, GiveUpAfter = TimeSpan.FromHours(2) }
            .Never<ArgumentException>()
            .On<TimeoutException>(new RetryPolicy { FirstDelay = TimeSpan.FromSeconds(30), MaxAttempts = 20 });
        return policy;
    }

    public static void ThrowLater(HttpResponseMessage response)
    {
        if (response is { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait })
        {
            throw new RetryAfterException(wait, "The mail service asks us to wait.");
        }
    }

    public static void ForGroup(IHostApplicationBuilder builder, string file, RetryPolicy policy)
    {
        builder.AddAldis(bus => bus.UseSqlite(file).AddAllHandlers().ForGroup("mail", new SubscriptionOptions
        {
            Concurrency = 4,
            Retry = policy,
            Breaker = new CircuitBreaker { FailureShare = 0.5, Last = 20, AtLeast = 10, OpenFor = TimeSpan.FromSeconds(30) },
            Rate = new RateLimit { Events = 10, Per = TimeSpan.FromSeconds(1) },
            Watchdog = TimeSpan.FromMinutes(15),
        }));
    }

    public static async Task PauseAsync(EventBus bus, Func<Task> moveTheLedger)
    {
        await bus.PauseAsync("billing");
        await moveTheLedger();
        bus.Resume("billing");
    }

    public static async Task<bool> PublishAsync(IEventBus bus, OrderPlaced order)
    {
        var published = await bus.PublishAsync(order, new PublishOptions { WhenFull = WhenFull.DropNewest });
        return published.Level != Durability.None;
    }
}
