namespace Aldis.Generators.Tests.Json.Cases;

internal static class Polymorphic
{
    public const string Source = """
        namespace Poly;

        [JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
        [JsonDerivedType(typeof(Circle), "circle")]
        [JsonDerivedType(typeof(Rectangle), "rectangle")]
        public abstract record Shape(string Name);

        public record Circle(string Name, double Radius) : Shape(Name);

        public record Rectangle(string Name, double Width, double Height) : Shape(Name) { public Label? Label { get; init; } }

        public record Label(string Text);

        [JsonDerivedType(typeof(Numbered), 1)]
        [JsonDerivedType(typeof(Unnumbered))]
        public class Root { public int A { get; set; } }

        public class Numbered : Root { public int B { get; set; } }

        public class Unnumbered : Root { public int C { get; set; } }

        [JsonPolymorphic(UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToBaseType, IgnoreUnrecognizedTypeDiscriminators = true)]
        [JsonDerivedType(typeof(Cat), "cat")]
        public interface IAnimal { string Name { get; } }

        public record Cat(string Name, int Lives) : IAnimal;

        public record Dog(string Name) : IAnimal;

        public record Drawing(Shape Main, List<Shape> Others, Dictionary<string, Root> Roots, IAnimal? Pet);

        public static class Values
        {
            public static (Type, object)[] All() =>
            [
                (typeof(Shape), new Circle("c", 1.5)), (typeof(Shape), new Rectangle("r", 1, 2) { Label = new("l") }), (typeof(Circle), new Circle("c", 1)),
                (typeof(Root), new Root()), (typeof(Root), new Numbered { B = 1 }), (typeof(Root), new Unnumbered { C = 2 }), (typeof(IAnimal), new Cat("Tom", 9)),
                (typeof(IAnimal), new Dog("Rex")),
                (typeof(Drawing), new Drawing(new Circle("c", 1), [new Rectangle("r", 1, 2), new Circle("d", 3)], new() { ["n"] = new Numbered() }, new Cat("T", 1))),
            ];
        }
        """;
}
