using System.Reflection;

namespace Aldis.Catalog;

/// <summary>Where a handler comes from, for people: a lambda has a name of the compiler's, which says less than the method it stands in.</summary>
internal static class HandlerOrigin
{
    public static string Of(MethodInfo method)
    {
        var type = method.DeclaringType;
        while (type is { Name: ['<', ..], DeclaringType: { } outer })
        {
            type = outer;
        }

        return method.Name is ['<', ..] ? $"a lambda in {type?.FullName}.{Outer(method.Name)}" : $"{type?.FullName}.{method.Name}";
    }

    /// <summary>The compiler calls a lambda <c>&lt;Outer&gt;b__0_1</c>, and the method of top-level statements <c>&lt;Main&gt;$</c>.</summary>
    private static string Outer(string name)
    {
        var outer = name[(name.LastIndexOf('<') + 1)..];
        return outer[..outer.IndexOf('>', StringComparison.Ordinal)];
    }
}
