using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>What is wrong with an event, and the member of the event by which one comes to it; null for the event itself.</summary>
internal readonly record struct JsonFault(ISymbol? Member, string Reason);

/// <summary>
/// Whether the JSON serialiser of .NET can write and read a type: its rules on constructors, on what it refuses by type, and on what it cannot make.
/// Says nothing where it cannot know: behind a converter, or inside a type of the platform.
/// </summary>
internal sealed class JsonShape
{
    private readonly HashSet<ITypeSymbol> _seen = new(SymbolEqualityComparer.Default);

    /// <summary>What is wrong with an event; the first fault of each member.</summary>
    public static IEnumerable<JsonFault> FaultsOf(INamedTypeSymbol type)
    {
        if (JsonMembers.HasConverter(type) || type.TypeKind == TypeKind.Error)
        {
            yield break;
        }

        if ((Refused(type) ?? Unmade(type)) is { } reason)
        {
            yield return new JsonFault(null, reason);
            yield break;
        }

        foreach (var member in JsonMembers.Of(type))
        {
            var shape = new JsonShape();
            shape._seen.Add(type);
            if (shape.FaultOf(member) is { } fault)
            {
                yield return new JsonFault(member.Symbol, fault);
            }
        }

        foreach (var derived in JsonMembers.DerivedTypes(type))
        {
            foreach (var fault in FaultsOf(derived))
            {
                yield return new JsonFault(null, $"its derived type {derived.Name}: {fault.Reason}");
            }
        }
    }

    private string? FaultOf(JsonMember member)
        => FaultOf(member.Type, member.IsRead) is { } fault ? $"{member.Symbol.ContainingType.Name}.{member.Symbol.Name} {fault}" : null;

    /// <param name="type">The type of a member or of an element.</param>
    /// <param name="isRead">Whether the serialiser makes a value when it reads; a member without a setter it only writes.</param>
    private string? FaultOf(ITypeSymbol type, bool isRead)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            return FaultOf(nullable.TypeArguments[0], isRead);
        }

        if (Refused(type) is { } reason)
        {
            return reason;
        }

        if (type is IArrayTypeSymbol array)
        {
            return FaultOf(array.ElementType, isRead);
        }

        if (type is not INamedTypeSymbol named || JsonMembers.HasConverter(named) || !_seen.Add(named))
        {
            return null;
        }

        return JsonMembers.Entries(named) is { } entries ? FaultOf(entries, isRead)
            : IsOfPlatform(named) ? null
            : (isRead ? Unmade(named) : null) ?? JsonMembers.Of(named).Select(FaultOf).FirstOrDefault(fault => fault is not null);
    }

    private string? FaultOf((ITypeSymbol? Key, ITypeSymbol Value) entries, bool isRead)
        => entries.Key is { } key && !JsonMembers.IsKey(key) ? $"is a dictionary whose keys are of the type {key.Name}, which cannot be the name of a JSON property"
            : FaultOf(entries.Value, isRead);

    /// <summary>What the serialiser refuses by its kind, whether it writes or reads.</summary>
    private static string? Refused(ITypeSymbol type) => type switch
    {
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => "is a pointer",
        { IsRefLikeType: true } => "is a ref struct",
        { TypeKind: TypeKind.Delegate } => "is a delegate",
        IArrayTypeSymbol { Rank: > 1 } => "is an array of several dimensions",
        { SpecialType: SpecialType.System_IntPtr or SpecialType.System_UIntPtr } => "is a native number",
        { SpecialType: SpecialType.System_Delegate or SpecialType.System_MulticastDelegate } => "is a delegate",
        _ => JsonMembers.BasesOf(type).Select(RefusedByName).FirstOrDefault(reason => reason is not null),
    };

    private static string? RefusedByName(ITypeSymbol type) => (type.ContainingNamespace?.ToDisplayString(), type.MetadataName) switch
    {
        ("System", "Type") or ("System.Reflection", "MemberInfo" or "Assembly" or "Module") => "is a part of a program",
        ("System.IO", "Stream") => "is a stream",
        ("System.Threading.Tasks", "Task") => "is a task",
        ("System.Threading", "CancellationToken") => "is a CancellationToken",
        ("System.Collections.Generic", "IAsyncEnumerable`1") => "is an async stream",
        _ => null,
    };

    /// <summary>Why the serialiser cannot make a value of a type; null where it can.</summary>
    private static string? Unmade(INamedTypeSymbol type)
    {
        if (type.IsAbstract || type.TypeKind == TypeKind.Interface)
        {
            return JsonMembers.DerivedTypes(type).Any() ? null
                : type.TypeKind == TypeKind.Interface ? "is an interface without a [JsonDerivedType]"
                : "is abstract without a [JsonDerivedType]";
        }

        return type.TypeKind == TypeKind.Class ? JsonConstructor.FaultOf(type) : null;
    }

    /// <summary>The platform's own types have converters or a shape that is its business.</summary>
    private static bool IsOfPlatform(ITypeSymbol type)
    {
        var space = type.ContainingNamespace?.ToDisplayString() ?? "";
        return type.TypeKind is TypeKind.Enum or TypeKind.TypeParameter or TypeKind.Error || type.SpecialType != SpecialType.None
            || space == "System" || space.StartsWith("System.", StringComparison.Ordinal) || space.StartsWith("Microsoft.", StringComparison.Ordinal);
    }
}
