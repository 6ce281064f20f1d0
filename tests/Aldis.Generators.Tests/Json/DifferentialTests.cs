using Aldis.Generators.Tests.Json.Cases;

namespace Aldis.Generators.Tests.Json;

/// <summary>What the emitted metadata writes and reads is what System.Text.Json writes and reads by reflection, with the same options.</summary>
public sealed class DifferentialTests
{
    private const int Seed = 20260101;

    public static TheoryData<string, string> Kinds => new()
    {
        { nameof(Records), Records.Source },
        { nameof(Classes), Classes.Source },
        { nameof(Structs), Structs.Source },
        { nameof(Generics), Generics.Source },
        { nameof(Scalars), Scalars.Source },
        { nameof(Collections), Collections.Source },
        { nameof(Polymorphic), Polymorphic.Source },
        { nameof(Converted), Converted.Source },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public void Emitted_metadata_does_what_reflection_does(string kind, string source)
    {
        var twin = new Twin(source);
        Assert.All(twin.Models, model => Assert.True(model.IsComplete, $"{kind}: {string.Join("; ", model.Faults)}"));
        foreach (var (type, value) in twin.Values)
        {
            Assert.True(twin.Compare(type, value, new Random(Seed)) > 100);
        }
    }
}
