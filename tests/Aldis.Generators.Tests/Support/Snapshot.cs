using System.Text;

namespace Aldis.Generators.Tests.Support;

/// <summary>What is generated, beside what it is expected to be. <c>ALDIS_WRITE_SNAPSHOTS=1</c> writes the expectations anew.</summary>
internal static class Snapshot
{
    public static void Check(string name, IEnumerable<KeyValuePair<string, string>> files)
    {
        var text = new StringBuilder();
        foreach (var (file, content) in files)
        {
            text.Append("==== ").Append(file).Append('\n').Append(content);
        }

        var path = Repository.Folder("tests", "Aldis.Generators.Tests", "Snapshots", name + ".txt");
        if (Environment.GetEnvironmentVariable("ALDIS_WRITE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, text.ToString());
        }

        Assert.Equal(File.ReadAllText(path), text.ToString());
    }
}
