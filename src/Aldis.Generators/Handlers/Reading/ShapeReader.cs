using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Reads which parameter of a method is the event and who supplies the others, by the rules of HandlerShape in Aldis.</summary>
internal static class ShapeReader
{
    private const string CancellationToken = "System.Threading.CancellationToken";
    private const string EventContext = "Aldis.EventContext";

    public static Reading<HandlerModel> Read(IMethodSymbol method, string origin, PlaceModel? place, Compilation compilation)
    {
        var model = new HandlerModel(origin, place);
        if (method.IsGenericMethod)
        {
            return Reading<HandlerModel>.Hidden($"{method.Name} is generic");
        }

        var parameters = method.Parameters;
        var marked = parameters.Where(parameter => parameter.RefKind == RefKind.None && TopicNaming.IsDeclared(parameter.Type)).ToList();
        if (marked.Count > 1)
        {
            return Invalid(model, Literal.Of($"{origin} takes {marked.Count} events."), "A handler handles one event at a time.");
        }

        var @event = marked.FirstOrDefault() ?? parameters.FirstOrDefault(parameter => parameter.RefKind != RefKind.None || !IsSupplied(parameter.Type));
        if (@event is null)
        {
            return Invalid(model, Literal.Of($"{origin} takes no event."), "None of its parameters can be one.");
        }

        if (Hidden(method, compilation) is { } why)
        {
            return Reading<HandlerModel>.Hidden(why);
        }

        if (@event.RefKind != RefKind.None || IsPlain(@event.Type) || @event.Type.SpecialType == SpecialType.System_Object)
        {
            var reference = @event.RefKind == RefKind.None ? "" : "&";
            return Invalid(model, $"{Literal.Of($"{origin} takes ")} + typeof({TypeNames.Of(@event.Type)}) + {Literal.Of($"{reference} as its event.")}",
                "An event is a record with a name of its own.");
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

    public static bool IsPlain(ITypeSymbol type) => type.SpecialType is SpecialType.System_String or SpecialType.System_Boolean or SpecialType.System_Char
        or (>= SpecialType.System_SByte and <= SpecialType.System_UInt64) or SpecialType.System_Single or SpecialType.System_Double
        or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

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
            : parameter.Type.Is(EventContext) ? "context"
            : parameter.Type.Is(CancellationToken) ? "context.Cancellation"
            : Service(parameter, "context.Services");
    }

    private static bool IsNeeded(IParameterSymbol parameter, IParameterSymbol @event)
        => !SymbolEqualityComparer.Default.Equals(parameter, @event) && !IsSupplied(parameter.Type) && !parameter.HasExplicitDefaultValue;

    private static bool IsSupplied(ITypeSymbol type) => type.Is(EventContext) || type.Is(CancellationToken);

    private static string DefaultOf(IParameterSymbol parameter)
    {
        var type = TypeNames.Of(parameter.Type);
        return parameter.ExplicitDefaultValue is { } value ? Literal.Of(value, type) : $"default({type})";
    }
}
