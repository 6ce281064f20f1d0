using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Tests.Analyzers;

/// <summary>The analyzers have nothing to say of this repository's own code, but for what tests do wrong on purpose.</summary>
public sealed class OwnCodeTests
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string WebUsings = """
        global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    private const string TestUsings = """
        global using Aldis.Tests.Shared;
        global using Xunit;
        """;

    public static TheoryData<string> Samples
        => [.. Directory.GetFiles(Repository.Folder("samples"), "*.cs").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_sample_is_right(string name)
    {
        var text = Repository.Read("samples", name);
        var compilation = Compile("Sample", [Repository.Folder("samples", name)], text.Contains("Sdk.Web", StringComparison.Ordinal) ? Usings + "\n" + WebUsings : Usings);

        // The compiler's own generators do not run here: what they would write is all that may be missing.
        Assert.Empty(compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error && one.Id is not ("CS8795" or "CS0227")));
        Assert.Empty((await AllAnalyzers.SaidAsync(compilation)).Select(one => one.ToString()));
    }

    [Theory]
    [InlineData("Aldis")]
    [InlineData("Aldis.Hosting")]
    [InlineData("Aldis.Testing")]
    [InlineData("Transports/Aldis.Sqlite")]
    public async Task A_library_is_right(string project)
    {
        var compilation = Compile(Path.GetFileName(project), Repository.Sources(Repository.Folder("src", project)), Usings);
        Assert.NotNull(compilation.GetTypeByMetadataName("Aldis.EventBusBuilder"));
        Assert.Empty((await AllAnalyzers.SaidAsync(compilation)).Select(one => one.ToString()));
    }

    [Fact]
    public async Task The_code_of_the_documents_is_right()
    {
        var compilation = Compile("Aldis.Product.Tests", Repository.Sources(Repository.Folder("tests", "Aldis.Product.Tests", "Snippets")), Usings + "\n" + TestUsings);
        Assert.Empty((await AllAnalyzers.SaidAsync(compilation)).Select(one => one.ToString()));
    }

    [Fact]
    public async Task Tests_of_the_core_do_wrong_only_what_they_test()
    {
        string[] meant =
        [
            "ALD9008 ConfigurationTests.cs", "ALD9008 EachInstanceTests.cs",
            "ALD9010 BlinkerRegressionTests.cs", "ALD9010 F30_ConnectingEverywhereTests.cs", "ALD9010 WeakConnectionTests.cs",
            "ALD9011 SignalOverloadTests.cs", "ALD9014 PublishInHandlerTests.cs",
        ];
        var compilation = Compile("Aldis.Tests", Repository.Sources(Repository.Folder("tests", "Aldis.Tests")), Usings + "\n" + TestUsings);
        var said = (await AllAnalyzers.SaidAsync(compilation)).Where(one => one.Severity > DiagnosticSeverity.Info)
            .Select(one => $"{one.Id} {Path.GetFileName(one.Location.SourceTree!.FilePath)}");
        Assert.Equal(meant, said.Distinct().Order(StringComparer.Ordinal));
    }

    private static CSharpCompilation Compile(string name, IEnumerable<string> files, string usings)
    {
        var parsing = Code.Parsing.WithFeatures([new KeyValuePair<string, string>("FileBasedProgram", "true")]);
        SyntaxTree[] trees = [.. files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), parsing, file)), CSharpSyntaxTree.ParseText(usings, parsing, "Usings.cs")];
        return CSharpCompilation.Create(name, trees, Code.References.Where(one => Path.GetFileNameWithoutExtension(one.Display) != name),
            Code.Compiling.WithOutputKind(Code.KindOf(trees)));
    }
}
