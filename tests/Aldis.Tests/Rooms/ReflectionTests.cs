namespace Aldis.Tests.Rooms;

/// <summary>What needs reflection lies in few places, and each is known.</summary>
public sealed class ReflectionTests
{
    /// <summary>Files that touch reflection beside the seams, and what for.</summary>
    private static readonly Dictionary<string, string> _others = new()
    {
        ["Aldis/BusDescription.cs"] = "the names of steps",
        ["Aldis/EventBusBuilder.cs"] = "the name of the program; plug-ins, and the calls that generated code takes the place of",
        ["Aldis/Diagnostics/Instruments.cs"] = "the version of the library, which the source and the meter tell",
        ["Aldis/Events/JsonCodec.cs"] = "the resolver by reflection, where nobody has described a type",
        ["Aldis/Events/JsonTables.cs"] = "an assembly, as the key of its table",
        ["Aldis/Pipeline/RetryPolicy.cs"] = "whether a rule is about exceptions, when the bus starts",
        ["Aldis/Pipeline/RetryRule.cs"] = "whether an error is one of a rule's, after a failure",
        ["Aldis/Signals/ConnectionTracker.cs"] = "whose frames of a stack are left out",
        ["Aldis/Signals/Round.Send.cs"] = "the name of a receiver, in the text of an error",
        ["Transports/Aldis.PostgreSql/Installing/Script.cs"] = "a script that lies in the assembly",
        ["Transports/Aldis.PostgreSql/Rows/Member.cs"] = "the name of a column, which an expression has",
        ["Transports/Aldis.Kafka/Client/Librdkafka.cs"] = "the assembly beside which the C library lies",
        ["Aldis.Hosting/HostExtensions.cs"] = "a call that generated code takes the place of",
    };

    [Fact]
    public void Only_known_files_use_reflection()
    {
        var sources = new[]
        {
            "Aldis", "Aldis.Hosting", "Aldis.Lambda", "Transports/Aldis.Kafka", "Transports/Aldis.PostgreSql", "Transports/Aldis.RabbitMq", "Transports/Aldis.Sqlite", "Transports/Aldis.Sqs",
            "Transports/Aldis.ZeroMq",
        }.SelectMany(Sources).ToList();
        Assert.True(sources.Count > 100, $"only {sources.Count} files were found");
        var uses = Reflection.Uses(sources).ToLookup(use => use.Path, use => use.What);
        string[] known = [.. ReflectionSeams.Types.Keys.Select(file => "Aldis/" + file), .. _others.Keys];
        var unknown = uses.Where(file => !known.Contains(file.Key)).Select(file => $"{file.Key} uses {string.Join(", ", file.Distinct())}").ToArray();
        Assert.True(unknown.Length == 0, string.Join('\n', unknown));
        Assert.Empty(known.Where(file => !uses.Contains(file)).Select(file => $"{file} needs no reflection any more"));
    }

    [Theory]
    [InlineData("object? A(object one) => one.GetType().GetProperty(\"X\");", true)]
    [InlineData("object? A(Type one) => Activator.CreateInstance(one);", true)]
    [InlineData("object A(Action one) => one.Method;", true)]
    [InlineData("object A(Type one) => one.Assembly;", true)]
    [InlineData("bool A(Type one) => one.IsDefined(typeof(ObsoleteAttribute), false);", true)]
    [InlineData("string A(object one) => System.Text.Json.JsonSerializer.Serialize(one);", true)]
    [InlineData("object A() => new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver();", true)]
    [InlineData("string A(object one) => one.GetType().Name + typeof(int).FullName;", false)]
    [InlineData("bool A(Type one) => one == typeof(int) && one.IsPrimitive;", false)]
    public void It_is_told_from_what_needs_none(string member, bool uses)
        => Assert.Equal(uses, Reflection.Uses([("A.cs", $"class C {{ {member} }}")]).Count > 0);

    private static IEnumerable<(string Path, string Text)> Sources(string project) => Repository.Sources(Repository.Folder("src", project))
        .Select(file => (Path.GetRelativePath(Repository.Folder("src"), file).Replace('\\', '/'), File.ReadAllText(file)));
}
