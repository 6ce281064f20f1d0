namespace Aldis.Product.Tests;

/// <summary>The handlers of a shop as a function, called with the JSON of a batch.</summary>
public sealed class FunctionSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_function_says_what_failed_of_a_batch()
    {
        var (exit, lines) = await SampleProgram.RunAsync("12-function", _folder, [], Repository.Read("samples", "data", "12-function.json"));
        Assert.Equal(0, exit);
        Assert.Equal(Repository.Read("samples", "expected", "12-function.txt").Trim(), string.Join('\n', lines));
    }
}
