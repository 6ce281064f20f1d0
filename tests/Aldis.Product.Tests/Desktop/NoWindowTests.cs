namespace Aldis.Product.Tests.Desktop;

/// <summary>Where there can be no window, a program says what to install.</summary>
public sealed class NoWindowTests
{
    [Theory]
    [InlineData("01-callback")]
    [InlineData("04-zen-button")]
    public async Task Without_a_display_it_says_where_to_get_one(string name)
    {
        var said = await FailAsync(name, new() { ["DISPLAY"] = null });
        Assert.Contains("there is no display", said, StringComparison.Ordinal);
        Assert.Contains($"sudo apt install xvfb xauth; xvfb-run dotnet run samples/{name}.cs", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_display_that_does_not_answer_is_named()
    {
        var said = await FailAsync("04-zen-button", new() { ["DISPLAY"] = ":65000" });
        Assert.Contains("couldn't connect to display \":65000\"", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01-callback", "tcl")]
    [InlineData("04-zen-button", "tcl")]
    [InlineData("04-zen-button", "tk")]
    public async Task Without_the_library_it_says_how_to_install_it(string name, string library)
    {
        var folder = Directory.CreateTempSubdirectory("aldis-").FullName;
        try
        {
            // The loader looks here first, and what it finds is no library.
            string[] files = [$"lib{library}8.6.so.0", $"lib{library}8.6.so"];
            Array.ForEach(files, file => File.WriteAllText(Path.Combine(folder, file), "no library"));
            var said = await FailAsync(name, new() { ["DISPLAY"] = null, ["LD_LIBRARY_PATH"] = folder });
            Assert.Contains($"none of {string.Join(", ", files)} can be loaded", said, StringComparison.Ordinal);
            Assert.Contains("sudo apt install tk8.6", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Both_programs_have_the_same_bridge_to_the_library()
        => Assert.Equal(Bridge("01-callback"), Bridge("04-zen-button"));

    private static string Bridge(string name)
    {
        var text = Repository.Read("samples", name + ".cs");
        return text[text.IndexOf("/// <summary>Tcl/Tk 8.6", StringComparison.Ordinal)..].Replace(name, "NAME", StringComparison.Ordinal);
    }

    private static async Task<string> FailAsync(string name, Dictionary<string, string?> environment)
    {
        Programs.Need("wish8.6");
        using var sample = await RunningSample.StartAsync(name, environment);
        var (exit, output, error) = await sample.EndAsync();
        Assert.Equal((1, ""), (exit, output));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }
}
