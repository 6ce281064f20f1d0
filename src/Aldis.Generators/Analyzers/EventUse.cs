using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>How a call names an event to a bus.</summary>
internal enum EventUseKind
{
    /// <summary>The bus then knows it: it is added, scheduled, subscribed to, carried, or returned by a handler.</summary>
    Declares,

    /// <summary>It has to be known.</summary>
    Publishes,

    /// <summary>It is no event, but a part of one that is known: the row of a table.</summary>
    IsWithin,
}

/// <summary>A call that names an event to a bus.</summary>
internal readonly record struct EventUse(ITypeSymbol Type, EventUseKind Kind)
{
    /// <summary>The events that a call names.</summary>
    public static IEnumerable<EventUse> Of(IInvocationOperation call, AldisSymbols aldis)
    {
        var method = call.TargetMethod;
        if (method.TypeArguments.Length == 1 && (AldisSymbols.Is(method.ContainingType, aldis.Builder) ? method.Name is "AddEvent" or "AddSchedule" or "Carry" or "Subscribe" or "SubscribeBatch"
            : method.Name == "AddCron" && AldisSymbols.Is(method.ContainingType, aldis.Cron)))
        {
            return [new EventUse(method.TypeArguments[0], EventUseKind.Declares)];
        }

        if (method.TypeArguments.Length == 1 && (method.Name == "Rows" ? AldisSymbols.Is(method.ContainingType, aldis.Rows) : method.Name == "Of" && AldisSymbols.Is(method.ContainingType, aldis.RowTable)))
        {
            return [new EventUse(method.TypeArguments[0], EventUseKind.IsWithin)];
        }

        return Registration.Of(call, aldis) is { Kind: HandlerKind.AnyShape, Method: { } handler } ? OfHandler(handler, aldis)
            : Published(method, aldis) is { } published ? [new EventUse(published, EventUseKind.Publishes)]
            : [];
    }

    /// <summary>What a handler of any shape takes and returns.</summary>
    public static IEnumerable<EventUse> OfHandler(IMethodSymbol handler, AldisSymbols aldis)
        => HandlerResult.Events(handler.ReturnType, aldis).Concat(HandlerShape.Event(handler) is { } taken ? [taken.Type] : [])
            .Select(type => new EventUse(type, EventUseKind.Declares));

    private static ITypeSymbol? Published(IMethodSymbol method, AldisSymbols aldis)
    {
        var (type, name) = (method.ContainingType, method.Name);
        var ofBus = AldisSymbols.Is(type, aldis.Bus) || AldisSymbols.Is(type, aldis.EventBus) || AldisSymbols.Is(type, aldis.Transactions);
        return (ofBus && name is ("PublishAsync" or "Topic")) || (AldisSymbols.Is(type, aldis.Context) && name == "Publish")
            ? method.TypeArguments.FirstOrDefault()
            : null;
    }
}
