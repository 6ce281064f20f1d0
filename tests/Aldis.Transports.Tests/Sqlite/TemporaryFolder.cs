namespace Aldis.Transports.Tests.Sqlite;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    /// <summary>Makes it.</summary>
    /// <param name="inMemory">Whether it lies in memory where there is such a place: for files whose way to a disk proves nothing.</param>
    public TemporaryFolder(bool inMemory = false) => Path = inMemory && Directory.Exists(Memory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, "aldis-" + System.IO.Path.GetRandomFileName())).FullName
        : Directory.CreateTempSubdirectory("aldis-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
