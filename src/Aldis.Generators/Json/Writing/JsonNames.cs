using System.Text;

namespace Aldis.Generators.Json;

/// <summary>Names that emitted code uses, and those it gives.</summary>
internal static class JsonNames
{
    public const string Serialization = "global::System.Text.Json.Serialization.";
    public const string Metadata = Serialization + "Metadata.";
    public const string Services = Metadata + "JsonMetadataServices.";
    public const string Options = "global::System.Text.Json.JsonSerializerOptions";
    public const string Generated = "[global::System.CodeDom.Compiler.GeneratedCode(\"Aldis.Generators\", null)]";

    /// <summary>How numbers are written. Null has to be said: only then do the options decide.</summary>
    public static string NumberHandling(int? value) => value is { } number ? $"({Serialization}JsonNumberHandling){number}" : "null";

    /// <summary>The name of the method that describes each type: readable, and no two alike.</summary>
    public static Dictionary<string, string> ForMethods(IEnumerable<JsonTypeModel> types)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            var wanted = Readable(type.Name);
            var name = wanted;
            for (var number = 2; !taken.Add(name); number++)
            {
                name = $"{wanted}_{number}";
            }

            names.Add(type.Name, name);
        }

        return names;
    }

    /// <summary><c>global::System.Collections.Generic.List&lt;int?&gt;</c> becomes <c>Make_System_Collections_Generic_List_int_orNull</c>.</summary>
    private static string Readable(string type)
    {
        var words = new StringBuilder(type).Replace("global::", "").Replace("?", "_orNull").Replace("[]", "_Array").Replace("@", "");
        var name = new StringBuilder("Make_");
        foreach (var character in words.ToString())
        {
            if (char.IsLetterOrDigit(character))
            {
                name.Append(character);
            }
            else if (name[name.Length - 1] != '_')
            {
                name.Append('_');
            }
        }

        return name.ToString().TrimEnd('_');
    }
}
