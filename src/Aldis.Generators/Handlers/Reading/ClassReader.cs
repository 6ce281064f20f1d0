using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>Reads the [Subscribe] methods of a class, as HandlerBinder in Aldis finds them.</summary>
internal static class ClassReader
{
    public static Reading<ClassModel> Read(INamedTypeSymbol type, Compilation compilation)
    {
        var model = new ClassModel(TypeNames.Of(type), NameOf(type)) { IsListed = !type.IsAbstract && !type.IsGenericType };
        if (TypeNames.Hidden(type, compilation) is { } why)
        {
            return Reading<ClassModel>.Hidden(why);
        }

        if (type.TypeKind != TypeKind.Class)
        {
            return Reading<ClassModel>.Hidden($"{type} is no class");
        }

        var methods = Methods(type, Names.Subscribe).ToList();
        if (methods.Count == 0)
        {
            return model with
            {
                Fault = new FaultModel(FaultModel.InvalidHandler, $"typeof({model.Type}) + \" has no handler.\"", "None of its methods is marked with [Subscribe(\"group\")]."),
            };
        }

        return Read(type, methods, compilation, model);
    }

    /// <summary>The name of the method that adds the class, in the table of its assembly.</summary>
    public static string NameOf(INamedTypeSymbol type) => "Add_" + TargetReader.Unique(TypeNames.MetadataOf(type));

    /// <summary>The methods of a class and those it has from its base classes, with their marks; an override has the marks of what it overrides.</summary>
    public static IEnumerable<(IMethodSymbol Method, AttributeData Mark)> Methods(INamedTypeSymbol type, string attribute)
    {
        var overridden = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var here = type; here is { SpecialType: not SpecialType.System_Object }; here = here.BaseType)
        {
            foreach (var method in here.GetMembers().OfType<IMethodSymbol>())
            {
                var isInherited = !SymbolEqualityComparer.Default.Equals(here, type);
                if (overridden.Contains(method.OriginalDefinition) || (isInherited && (method.IsStatic || method.DeclaredAccessibility == Accessibility.Private)))
                {
                    continue;
                }

                foreach (var mark in Marks(method, attribute, overridden))
                {
                    yield return (method, mark);
                }
            }
        }
    }

    private static List<AttributeData> Marks(IMethodSymbol method, string attribute, HashSet<ISymbol> overridden)
    {
        var marks = new List<AttributeData>();
        for (var one = method; one is not null; one = one.OverriddenMethod)
        {
            marks.AddRange(one.GetAttributes().Where(mark => mark.AttributeClass.Is(attribute)));
            overridden.Add(one.OriginalDefinition);
        }

        return marks;
    }

    private static Reading<ClassModel> Read(
        INamedTypeSymbol type, List<(IMethodSymbol Method, AttributeData Mark)> marked, Compilation compilation, ClassModel model)
    {
        var building = marked.Any(one => !one.Method.IsStatic) ? BuildReader.Read(type, compilation) : new BuildModel();
        if (building.Unseen is not null)
        {
            return Reading<ClassModel>.Hidden(building.Unseen);
        }

        var methods = new List<MethodModel>();
        foreach (var (method, mark) in marked)
        {
            var place = method.Locations.FirstOrDefault(location => location.IsInSource);
            var handler = ShapeReader.Read(method, Origin.Of(method), place is null ? null : PlaceModel.Of(place), compilation);
            var target = TargetReader.Read(method, compilation);
            if ((handler.Unseen ?? target.Unseen) is { } why)
            {
                return Reading<ClassModel>.Hidden(why);
            }

            methods.Add(MethodOf(mark, method.IsStatic ? handler.Model! : building.With(handler.Model!), target.Model!));
        }

        return model with { Build = building.Expression, Fault = building.Fault, Methods = new(methods) };
    }

    private static MethodModel MethodOf(AttributeData mark, HandlerModel handler, TargetModel target)
    {
        var group = mark.ConstructorArguments.FirstOrDefault().Value as string ?? "";
        var concurrency = mark.NamedArguments.FirstOrDefault(argument => argument.Key == "Concurrency").Value.Value as int?;
        return new MethodModel(group, concurrency, target, handler);
    }
}
