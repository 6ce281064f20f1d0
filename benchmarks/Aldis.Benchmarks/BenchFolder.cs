namespace Aldis.Benchmarks;

/// <summary>A folder for one round, on the disk of the working folder, gone afterwards.</summary>
internal sealed class BenchFolder : IDisposable
{
    private readonly string _path = Directory.CreateDirectory(Path.Combine("artifacts", "bench", Guid.CreateVersion7().ToString("N"))).FullName;

    public string File(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
