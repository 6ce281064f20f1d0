using System.Collections.Frozen;
using Aldis.Catalog;
using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Pipeline;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>Finds the handler for an envelope by the name of its type. A name that is not in the table makes nothing: the event becomes a dead letter.</summary>
internal static class Router
{
    /// <summary>Makes one handler of the handlers that a group has for the versions of one topic.</summary>
    public static Handler Of(IEnumerable<Subscription> subscriptions, Func<Subscription, Handler> pipeline, ILogger log)
    {
        var handlers = subscriptions.ToFrozenDictionary(subscription => subscription.Event.WireName, pipeline, StringComparer.Ordinal);
        return context => handlers.TryGetValue(context.Envelope.Type, out var handler) ? handler(context) : new(Unknown(context, log));
    }

    private static Verdict Unknown(EventContext context, ILogger log)
    {
        var reason = new Fault(ErrorCodes.UnknownType, $"{context.Envelope} has a type that the group '{context.Group}' does not handle.").ToString();
        log.DeadLettered(context.Envelope, context.Group, context.Attempt, reason);
        return Verdict.Dead(reason);
    }
}
