using System.Globalization;

namespace Aldis.Generators;

/// <summary>Short names for long ones, the same on every machine: FNV-1a (Fowler, Noll, Vo).</summary>
internal static class Hash
{
    public static string Of(string text)
        => text.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619u)).ToString("x8", CultureInfo.InvariantCulture);
}
