using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Chooses the constructor of a class, by the rules of ActivatorUtilities: the only public one, or the marked one.</summary>
internal static class BuildReader
{
    private const string Preferred = "Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute";
    private const string Keyed = "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute";
    private const string Remedy = "Give it one public constructor, or mark the one to use with [ActivatorUtilitiesConstructor].";

    public static BuildModel Read(INamedTypeSymbol type, Compilation compilation)
    {
        var constructors = type.InstanceConstructors.Where(one => one.DeclaredAccessibility == Accessibility.Public).ToList();
        var marked = constructors.Where(one => one.IsMarked(Preferred)).ToList();
        var candidates = marked.Count > 0 ? marked : constructors;
        return type.IsAbstract ? Impossible(type, "It is abstract.")
            : candidates.Count == 0 ? Impossible(type, "It has no public constructor.")
            : candidates.Count > 1 ? Impossible(type, $"It has {candidates.Count} public constructors{(marked.Count > 1 ? " that are marked" : "")}.")
            : Read(type, candidates[0], compilation);
    }

    private static BuildModel Read(INamedTypeSymbol type, IMethodSymbol constructor, Compilation compilation)
    {
        var parameters = constructor.Parameters;
        if (Unseen(type, constructor, compilation) is { } why)
        {
            return new BuildModel { Unseen = why };
        }

        return new BuildModel
        {
            Expression = $"new {TypeNames.Of(type)}({string.Join(", ", parameters.Select(parameter => ShapeReader.Service(parameter, "services")))})",
            Needs = new(parameters.Where(parameter => !parameter.HasExplicitDefaultValue).Select(parameter => TypeNames.Of(parameter.Type))),
        };
    }

    private static string? Unseen(INamedTypeSymbol type, IMethodSymbol constructor, Compilation compilation)
    {
        return constructor.Parameters.Any(parameter => parameter.RefKind != RefKind.None) ? "its constructor takes a reference"
            : constructor.Parameters.Any(parameter => parameter.IsMarked(Keyed)) ? "its constructor takes a service by its key"
            : HasRequired(type) && !constructor.IsMarked("System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute") ? "it has required members"
            : constructor.Parameters.Select(parameter => TypeNames.Hidden(parameter.Type, compilation)).FirstOrDefault(why => why is not null);
    }

    private static bool HasRequired(INamedTypeSymbol type)
    {
        return type.GetMembers().Any(member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
            || (type.BaseType is { } basis && HasRequired(basis));
    }

    private static BuildModel Impossible(INamedTypeSymbol type, string why) => new()
    {
        Fault = new FaultModel(FaultModel.CannotBeBuilt, $"typeof({TypeNames.Of(type)}) + \" cannot be built.\"", why, Remedy),
    };
}
