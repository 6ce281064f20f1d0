using System.Text;
using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Which topic an event type has, by the rules of EventNaming in Aldis.</summary>
internal static class TopicNaming
{
    public static bool IsDeclared(ITypeSymbol type) => type.OriginalDefinition.IsMarked(Names.Event);

    public static EventModel Of(ITypeSymbol type)
    {
        var declared = type.OriginalDefinition.GetAttributes().FirstOrDefault(one => one.AttributeClass.Is(Names.Event));
        var version = declared?.NamedArguments.FirstOrDefault(argument => argument.Key == "Version").Value.Value as int? ?? 1;
        var topic = declared?.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: string said } ? said : Convention(type);
        return new EventModel(TypeNames.Of(type), version < 1 ? null : topic, version);
    }

    /// <summary>Null for a type whose name only the running program knows.</summary>
    private static string? Convention(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol named)
        {
            return null;
        }

        var name = Kebab(named.MetadataName.Split('`')[0]);
        foreach (var argument in ArgumentsOf(named))
        {
            if (Convention(argument) is not { } inner)
            {
                return null;
            }

            name += "-" + inner;
        }

        return name;
    }

    private static IEnumerable<ITypeSymbol> ArgumentsOf(INamedTypeSymbol type)
        => (type.ContainingType is { } outer ? ArgumentsOf(outer) : []).Concat(type.TypeArguments);

    private static string Kebab(string name)
    {
        var kebab = new StringBuilder(name.Length + 4);
        for (var index = 0; index < name.Length; index++)
        {
            if (index > 0 && char.IsUpper(name[index]) && (!char.IsUpper(name[index - 1]) || IsLowerAt(name, index + 1)))
            {
                kebab.Append('-');
            }

            kebab.Append(char.ToLowerInvariant(name[index]));
        }

        return kebab.ToString();
    }

    private static bool IsLowerAt(string name, int index) => index < name.Length && char.IsLower(name[index]);
}
