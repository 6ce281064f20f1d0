using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>Walks from an event type to everything it reaches, each type once.</summary>
internal sealed class JsonSurvey(Compilation compilation, CancellationToken cancellation)
{
    /// <summary>More than this is no event, but the run of a program that hangs on it.</summary>
    private const int MostTypes = 1000;

    /// <summary>A generic type that holds ever deeper versions of itself would be followed for ever.</summary>
    private const int Deepest = 20;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<ITypeSymbol> _waiting = new();
    private readonly SortedDictionary<string, JsonTypeModel> _models = new(StringComparer.Ordinal);
    private readonly List<JsonFault> _faults = [];

    public Compilation Compilation => compilation;

    public JsonModel Read(ITypeSymbol root)
    {
        Reach(root);
        while (_waiting.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var type = _waiting.Dequeue();
            if (Describe(type) is { } model)
            {
                _models[model.Name] = model;
            }
        }

        return new(root.FullName(), new(_models.Values), new(_faults.Distinct()));
    }

    /// <summary>Notes a type to be described.</summary>
    public void Reach(ITypeSymbol type)
    {
        if (_seen.Count == MostTypes)
        {
            Fault(type, $"is one of more than {MostTypes} types that the event reaches");
        }
        else if (Depth(type) > Deepest)
        {
            Fault(type, $"is more than {Deepest} types deep");
        }
        else if (_seen.Count < MostTypes && _seen.Add(type.FullName()))
        {
            _waiting.Enqueue(type);
        }
    }

    public void Fault(ISymbol symbol, string reason) => _faults.Add(new(symbol.Told(), reason));

    /// <summary>Whether emitted code can write the type down. If not, that is noted as a fault.</summary>
    public bool CanName(ITypeSymbol type)
    {
        if (NamingFault(type) is { } reason)
        {
            Fault(type, reason);
            return false;
        }

        return true;
    }

    /// <summary>Why emitted code cannot write the type down; null when it can.</summary>
    public string? NamingFault(ITypeSymbol type) => Types.PartsOf(type).Select(PartFault).FirstOrDefault(fault => fault is not null);

    private static int Depth(ITypeSymbol type) => 1 + type switch
    {
        IArrayTypeSymbol array => Depth(array.ElementType),
        INamedTypeSymbol { TypeArguments: { IsEmpty: false } arguments } => arguments.Max(Depth),
        _ => 0,
    };

    private string? PartFault(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Error } => "is not known",
        { TypeKind: TypeKind.TypeParameter } => "is a type parameter, and not a type yet",
        { TypeKind: TypeKind.Pointer or TypeKind.FunctionPointer } => "is a pointer",
        { IsRefLikeType: true } => "is a ref struct",
        { IsAnonymousType: true } => "has no name",
        INamedTypeSymbol { IsFileLocal: true } => "is known in its own file only",
        INamedTypeSymbol named when !compilation.IsSymbolAccessibleWithin(named, compilation.Assembly) => "is not accessible to generated code",
        _ => null,
    };

    private JsonTypeModel? Describe(ITypeSymbol type)
    {
        if (!CanName(type))
        {
            return null;
        }

        foreach (var derived in type.GetAttributes().Where(Attributes.IsDerivedType))
        {
            ReachDerived(type, derived);
        }

        return OwnConverter(type) ?? Value(type) ?? Collection(type) ?? Object(type);
    }

    private void ReachDerived(ITypeSymbol type, AttributeData attribute)
    {
        if (attribute.ConstructorArguments is [{ Value: INamedTypeSymbol { IsUnboundGenericType: false } derived }, ..])
        {
            Reach(derived);
        }
        else
        {
            Fault(type, "names a derived type that is no closed type");
        }
    }

    private JsonTypeModel? OwnConverter(ITypeSymbol type)
    {
        if (type.Converter() is not { } attribute)
        {
            return null;
        }

        var converter = new Converters(this).OfType(type, attribute);
        return new JsonValueModel(type.FullName(), converter ?? "");
    }

    private JsonTypeModel? Value(ITypeSymbol type)
    {
        const string Services = "global::System.Text.Json.Serialization.Metadata.JsonMetadataServices";
        if (Types.NullableOf(type) is { } inner)
        {
            Reach(inner);
            return new JsonValueModel(type.FullName(), $"{Services}.GetNullableConverter<{inner.FullName()}>(options)");
        }

        if (type.TypeKind == TypeKind.Enum)
        {
            return new JsonValueModel(type.FullName(), $"{Services}.GetEnumConverter<{type.FullName()}>(options)");
        }

        if (type.SpecialType == SpecialType.System_Object)
        {
            ReachWhatObjectsAreReadAs();
        }

        return Scalars.ConverterOf(type) is { } converter ? new JsonValueModel(type.FullName(), converter) : null;
    }

    /// <summary>What is read where anything may stand is a JsonElement, and that is then written.</summary>
    private void ReachWhatObjectsAreReadAs()
    {
        if (compilation.GetTypeByMetadataName("System.Text.Json.JsonElement") is { } element)
        {
            Reach(element);
        }
    }

    private JsonTypeModel? Collection(ITypeSymbol type)
    {
        if (Collections.Recognise(type) is not { } kind)
        {
            return null;
        }

        if (kind.Fault is { } fault)
        {
            Fault(type, fault);
            return null;
        }

        foreach (var item in kind.Items)
        {
            Reach(item);
        }

        return new JsonCollectionModel(type.FullName(), kind.Method, CollectionCreator(type), kind.Extra, type.JsonNumber("NumberHandling"));
    }

    private string? CollectionCreator(ITypeSymbol type)
    {
        var canBeMade = type is INamedTypeSymbol { IsAbstract: false, TypeKind: TypeKind.Class or TypeKind.Struct } named
            && named.InstanceConstructors.Any(constructor => constructor is { Parameters: [], DeclaredAccessibility: Accessibility.Public });
        if (canBeMade && Types.BasesOf(type).SelectMany(current => current.GetMembers()).Any(member => Constructors.IsRequired(member)))
        {
            Fault(type, "is a collection with required members");
        }

        return canBeMade ? $"new {type.FullName()}()" : null;
    }

    private JsonTypeModel? Object(ITypeSymbol type)
    {
        if (Scalars.IsRefused(type) || type is not INamedTypeSymbol named)
        {
            Fault(type, "is refused by System.Text.Json");
            return null;
        }

        return new Objects(this, named).Read();
    }
}
