using System.Diagnostics;

namespace Aldis.Transports.Tests.Failures;

/// <summary>The two libraries in C that stand between a victim and its disk, or its SQLite, made by gcc once in a run.</summary>
internal static class NativeTools
{
    private static readonly Lazy<(string Disk, string Careless)> _made = new(Make);

    /// <summary>Whether there is a compiler, on a system where one library can stand before another.</summary>
    public static bool CanBeMade => OperatingSystem.IsLinux() && File.Exists("/usr/bin/gcc");

    /// <summary>What a victim needs to have its calls on a folder written down.</summary>
    public static Dictionary<string, string> Recording(string folder, string trace) => new()
    {
        ["LD_PRELOAD"] = _made.Value.Disk, ["ALDIS_DISK_FOLDER"] = folder, ["ALDIS_DISK_TRACE"] = trace,
    };

    /// <summary>What a victim needs to have every n-th call of a kind fail.</summary>
    public static Dictionary<string, string> Failing(string folder, string kind, int every) => new()
    {
        ["LD_PRELOAD"] = _made.Value.Disk, ["ALDIS_DISK_FOLDER"] = folder, ["ALDIS_DISK_FAIL"] = $"{kind} {every}",
    };

    /// <summary>What a victim needs to have an SQLite that is not what it should be.</summary>
    /// <param name="version">The version that it says it has.</param>
    /// <param name="synchronous">The level that it goes to, whatever it is told.</param>
    /// <param name="says">The level that it says it is at.</param>
    public static Dictionary<string, string> Careless(string? version = null, string? synchronous = null, string? says = null)
    {
        var environment = new Dictionary<string, string> { ["ALDIS_SQLITE"] = _made.Value.Careless, ["ALDIS_SQLITE_REAL"] = Engine };
        Add("ALDIS_SQLITE_VERSION", version);
        Add("ALDIS_SQLITE_SYNCHRONOUS", synchronous);
        Add("ALDIS_SQLITE_SAYS", says);
        return environment;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                environment.Add(name, value);
            }
        }
    }

    /// <summary>The SQLite that this process uses.</summary>
    private static string Engine => Directory.GetFiles(AppContext.BaseDirectory, "libe_sqlite3.so", SearchOption.AllDirectories)
        .Single(file => file.Contains(System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, StringComparison.Ordinal) || Path.GetDirectoryName(file) + "/" == AppContext.BaseDirectory);

    private static (string Disk, string Careless) Make()
    {
        var folder = Directory.CreateTempSubdirectory("aldis-native-").FullName;
        return (Make(folder, "disk"), Make(folder, "careless", "-Wl,--no-as-needed", Engine, "-Wl,-rpath," + Path.GetDirectoryName(Engine)));
    }

    private static string Make(string folder, string name, params string[] more)
    {
        var (source, library) = (Repository.Folder("tests", "Aldis.Transports.Tests", "Failures", "Disk", name + ".c"), Path.Combine(folder, name + ".so"));
        using var gcc = Process.Start(new ProcessStartInfo("gcc", ["-shared", "-fPIC", "-O2", "-Wall", "-Werror", "-o", library, source, .. more]))!;
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        return library;
    }
}
