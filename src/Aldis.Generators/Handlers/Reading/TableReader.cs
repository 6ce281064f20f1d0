using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>The table of handlers that each assembly has: a public class, so that the assemblies that use it can add what is internal in it.</summary>
internal static class TableReader
{
    public static string NameOf(string assembly) => "HandlersOf_" + TargetReader.Unique(assembly);

    /// <summary>Whether a class of this assembly is in its table: one that is not generic, and has handlers of its own.</summary>
    public static bool IsIn(INamedTypeSymbol type) => !IsGeneric(type)
        && type.GetMembers().OfType<IMethodSymbol>().Any(method => method.IsMarked(Names.Subscribe));

    public static bool IsGeneric(INamedTypeSymbol type) => type.Arity > 0 || (type.ContainingType is { } outer && IsGeneric(outer));

    public static string MethodOf(IAssemblySymbol assembly, INamedTypeSymbol type)
        => $"global::{Names.GeneratedNamespace}.{NameOf(assembly.Name)}.{ClassReader.NameOf(type)}";

    /// <summary>The method that adds a class of another assembly, if that has one.</summary>
    public static string? Find(INamedTypeSymbol type)
    {
        var assembly = type.ContainingAssembly;
        return TableOf(assembly)?.GetMembers(ClassReader.NameOf(type)).Length > 0 ? MethodOf(assembly, type) : null;
    }

    /// <summary>The tables of the assemblies that this one uses, in the order of their names.</summary>
    public static EquatableArray<string> Referenced(Compilation compilation) => new(compilation.SourceModule.ReferencedAssemblySymbols
        .Where(assembly => assembly.Modules.First().ReferencedAssemblies.Any(used => used.Name == "Aldis"))
        .Select(TableOf).OfType<INamedTypeSymbol>().Select(TypeNames.Of).OrderBy(name => name, StringComparer.Ordinal));

    /// <summary>Whether an assembly was compiled with the generator, and had something for it.</summary>
    public static bool HasTable(IAssemblySymbol assembly) => TableOf(assembly) is not null;

    private static INamedTypeSymbol? TableOf(IAssemblySymbol assembly)
        => assembly.GetAttributes().FirstOrDefault(one => one.AttributeClass.Is(Names.HandlerTable))?.ConstructorArguments.FirstOrDefault().Value as INamedTypeSymbol;
}
