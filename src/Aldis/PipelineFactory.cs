using Aldis.Catalog;
using Aldis.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>Puts the steps around the handlers: limits, retry, scope of services, then the user's own, then the handler.</summary>
internal sealed class PipelineFactory(EventBusBuilder builder, IServiceProvider services, ILogger log)
{
    private readonly Random _random = builder.Random;
    private readonly IServiceScopeFactory? _scopes = services.GetService<IServiceScopeFactory>();

    /// <summary>A batch has a scope of its own. That of each of its events is there for the user's steps.</summary>
    private bool NeedsScope(Subscription subscription) => !subscription.InBatches || builder.Steps.Count > 0;

    /// <summary>What stands before the choice of a handler.</summary>
    public Handler Wrap(Handler router) => new LimitStep(builder.Limits, log).Before(router);

    /// <summary>What stands between the choice and the handler.</summary>
    public Handler Wrap(Subscription subscription, GroupInbox? inbox)
    {
        var handler = builder.Steps.Reverse().Aggregate(subscription.Handler, (next, step) => step(next));
        handler = _scopes is null || !NeedsScope(subscription) ? handler : new ScopeStep(_scopes).Before(handler);
        handler = new RetryStep(subscription.Options.Retry, _random, log).Before(handler);
        return inbox is null ? handler : new InboxStep(inbox, builder.Time, log).Before(handler);
    }
}
