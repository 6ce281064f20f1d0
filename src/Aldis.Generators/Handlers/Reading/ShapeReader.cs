using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Reads how a handler is called: with its event, and with what Aldis and the services supply.</summary>
internal static class ShapeReader
{
    private const string Task = "System.Threading.Tasks.Task";
    private const string ValueTask = "System.Threading.Tasks.ValueTask";

    private static readonly string[] _plain = ["System.Guid", "System.DateTimeOffset", "System.TimeSpan", "System.DateOnly", "System.TimeOnly"];

    public static Reading<HandlerModel> Read(IMethodSymbol method, string origin, PlaceModel? place, Compilation compilation)
    {
        var model = new HandlerModel(origin, place);
        if (method.IsGenericMethod)
        {
            return Reading<HandlerModel>.Hidden($"{method.Name} is generic");
        }

        var parameters = method.Parameters;
        if (HandlerShape.Event(method) is not { } @event)
        {
            return HandlerShape.Marked(method) is [_, ..] marked
                ? Invalid(model, Literal.Of($"{origin} takes {marked.Length} events."), "A handler handles one event at a time.")
                : Invalid(model, Literal.Of($"{origin} takes no event."), "None of its parameters can be one.");
        }

        if (Hidden(method, compilation) is { } why)
        {
            return Reading<HandlerModel>.Hidden(why);
        }

        if (WhyNoEvent(@event) is { } reason)
        {
            var reference = @event.RefKind == RefKind.None ? "" : "&";
            return Invalid(model, $"{Literal.Of($"{origin} takes ")} + typeof({TypeNames.Of(@event.Type)}) + {Literal.Of($"{reference} as its event.")}", reason);
        }

        if (parameters.FirstOrDefault(parameter => parameter.RefKind != RefKind.None) is { } reference2)
        {
            return Reading<HandlerModel>.Hidden($"the parameter {reference2.Name} is a reference");
        }

        return ResultReader.Read(method, model with
        {
            Event = TopicNaming.Of(@event.Type),
            Arguments = new(parameters.Select(parameter => Argument(parameter, @event))),
            Services = new(parameters.Where(parameter => IsNeeded(parameter, @event)).Select(parameter => TypeNames.Of(parameter.Type))),
        });
    }

    /// <summary>A service, as an expression; one that has a default is taken if it is there.</summary>
    public static string Service(IParameterSymbol parameter, string services)
    {
        var type = TypeNames.Of(parameter.Type);
        return parameter.HasExplicitDefaultValue
            ? $"{Names.Catalog}.HandlerServices.Optional<{type}>({services}, {DefaultOf(parameter)})"
            : $"{Names.Needed}<{type}>({services})";
    }

    /// <summary>Whether a type is surely no event, by the rules of HandlerShape in Aldis: a plain value, or a task that nobody has awaited.</summary>
    public static bool IsPlain(ITypeSymbol type) => type.SpecialType is SpecialType.System_String or SpecialType.System_Boolean or SpecialType.System_Char
        or (>= SpecialType.System_SByte and <= SpecialType.System_UInt64) or SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal
        or SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_DateTime || Array.Exists(_plain, type.Is)
        || type.Is(Task) || type.Is(Task, 1) || type.Is(ValueTask) || type.Is(ValueTask, 1);

    private static string? WhyNoEvent(IParameterSymbol parameter)
    {
        return parameter.RefKind == RefKind.None && IsSeveral(parameter.Type) ? "A handler handles one event at a time; several are handled by bus.SubscribeBatch."
            : parameter.RefKind != RefKind.None || IsPlain(parameter.Type) || parameter.Type.SpecialType == SpecialType.System_Object
                ? "An event is a record with a name of its own."
            : null;
    }

    private static bool IsSeveral(ITypeSymbol type) => type.TypeKind == TypeKind.Array
        || type.ContainingNamespace?.ToDisplayString() is "System.Collections" or "System.Collections.Generic";

    private static Reading<HandlerModel> Invalid(HandlerModel model, string what, string why)
        => model with { Fault = new FaultModel(FaultModel.InvalidHandler, what, why) };

    private static string? Hidden(IMethodSymbol method, Compilation compilation)
    {
        return method.Parameters.Select(parameter => parameter.Type).Concat(method.ReturnsVoid ? [] : [method.ReturnType])
            .Select(type => TypeNames.Hidden(type, compilation)).FirstOrDefault(why => why is not null)
            ?? (method.RefKind == RefKind.None ? null : "it returns a reference");
    }

    private static string Argument(IParameterSymbol parameter, IParameterSymbol @event)
    {
        return SymbolEqualityComparer.Default.Equals(parameter, @event) ? "@event"
            : HandlerShape.IsContext(parameter.Type) ? "context"
            : HandlerShape.IsCancellation(parameter.Type) ? "context.Cancellation"
            : Service(parameter, "context.Services");
    }

    private static bool IsNeeded(IParameterSymbol parameter, IParameterSymbol @event)
        => !SymbolEqualityComparer.Default.Equals(parameter, @event) && !HandlerShape.IsSupplied(parameter) && !parameter.HasExplicitDefaultValue;

    private static string DefaultOf(IParameterSymbol parameter)
    {
        var type = TypeNames.Of(parameter.Type);
        return parameter.ExplicitDefaultValue is { } value ? Literal.Of(value, type) : $"default({type})";
    }
}
