using System.Text;
using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>The name of an event on the wire: its topic and, from version 2, its version.</summary>
internal static class WireName
{
    /// <summary>The name, or null where it depends on type arguments.</summary>
    public static string? Of(INamedTypeSymbol type, AldisSymbols aldis)
    {
        if (Attributes.Find(type, aldis.Event) is not { } declared)
        {
            return null;
        }

        var topic = Attributes.Text(declared) ?? (type.IsGenericType ? null : Kebab(type.Name));
        var version = Attributes.Value(declared, "Version", 1);
        return topic is null ? null : version == 1 ? topic : $"{topic}.v{version}";
    }

    /// <summary>The convention: <c>OrderPlaced</c> is <c>order-placed</c>.</summary>
    private static string Kebab(string name)
    {
        var kebab = new StringBuilder(name.Length + 4);
        for (var index = 0; index < name.Length; index++)
        {
            if (index > 0 && char.IsUpper(name[index]) && (!char.IsUpper(name[index - 1]) || (index + 1 < name.Length && char.IsLower(name[index + 1]))))
            {
                kebab.Append('-');
            }

            kebab.Append(char.ToLowerInvariant(name[index]));
        }

        return kebab.ToString();
    }
}
