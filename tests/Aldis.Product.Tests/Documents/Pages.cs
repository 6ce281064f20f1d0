namespace Aldis.Product.Tests.Documents;

/// <summary>The pages of this product.</summary>
internal static class Pages
{
    public static IEnumerable<string> All
        => Directory.GetFiles(Repository.Root, "*.md").Concat(Repository.Sources(Repository.Folder("docs"), "*.md"))
            .Concat(Repository.Sources(Repository.Folder("benchmarks"), "*.md"));
}
