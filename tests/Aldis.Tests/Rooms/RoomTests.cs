using System.Xml.Linq;

namespace Aldis.Tests.Rooms;

/// <summary>The core is a staircase of rooms, each using only the rooms below it; the projects are a tree.</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> _projects = new()
    {
        ["src/Aldis"] = [],
        ["src/Aldis.Generators"] = [],
        ["src/Aldis.Generators.CodeFixes"] = ["src/Aldis.Generators"],
        ["src/Aldis.Hosting"] = ["src/Aldis"],
        ["src/Aldis.Cron"] = ["src/Aldis"],
        ["src/Aldis.EntityFrameworkCore"] = ["src/Aldis"],
        ["src/Aldis.Lambda"] = ["src/Aldis"],
        ["src/Aldis.Testing"] = ["src/Aldis"],
        ["src/Transports/*"] = ["src/Aldis"],
    };

    [Fact]
    public void Every_folder_of_the_core_is_a_room()
    {
        var folders = Directory.GetDirectories(Repository.Folder("src", "Aldis")).Select(folder => Path.GetFileName(folder)!)
            .Where(folder => folder is not ("obj" or "bin"));
        Assert.Empty(folders.Except(Staircase.Rooms));
    }

    [Fact]
    public void No_room_uses_a_room_that_is_not_below_it()
    {
        var core = Repository.Folder("src", "Aldis");
        var sources = Repository.Sources(core).Select(file => (Path.GetRelativePath(core, file).Replace('\\', '/'), File.ReadAllText(file))).ToList();
        Assert.True(sources.Count > 50, $"only {sources.Count} files were found");
        Assert.Empty(Staircase.Violations(sources));
    }

    [Fact]
    public void A_room_that_looks_up_is_found()
    {
        (string, string)[] sources =
        [
            ("Events/Low.cs", "namespace A; class Low { High? high; }"),
            ("Dispatch/High.cs", "namespace A; class High { Low? low; }"),
            ("Front.cs", "namespace A; class Front { High? high; }"),
        ];
        Assert.Equal(["Events/Low.cs:1 uses High of the room 'Dispatch' (Dispatch/High.cs)"], Staircase.Violations(sources));
    }

    [Fact]
    public void No_project_uses_a_project_that_it_may_not()
    {
        var projects = Repository.Sources(Repository.Folder("src"), "*.csproj").ToList();
        Assert.NotEmpty(projects);
        Assert.All(projects, project => Assert.NotNull(Allowed(project)));
        Assert.All(projects, project => Assert.Subset(Allowed(project)!.ToHashSet(), References(project).ToHashSet()));
    }

    [Fact]
    public void The_core_depends_on_nothing_but_abstractions()
    {
        var packages = XDocument.Load(Repository.Folder("src", "Aldis", "Aldis.csproj")).Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!);
        Assert.All(packages, package => Assert.Matches(@"^Microsoft\.Extensions\..*\.Abstractions$", package));
    }

    private static string[]? Allowed(string project)
    {
        var folder = Relative(Path.GetDirectoryName(project)!);
        return _projects.GetValueOrDefault(folder) ?? _projects.GetValueOrDefault(folder[..folder.LastIndexOf('/')] + "/*");
    }

    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")     // is packed with it, and not used by it
        .Select(reference => Path.Combine(Path.GetDirectoryName(project)!, ((string)reference.Attribute("Include")!).Replace('\\', '/')))
        .Select(path => Relative(Path.GetDirectoryName(Path.GetFullPath(path))!));

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
}
