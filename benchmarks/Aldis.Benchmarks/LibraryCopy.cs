using System.Reflection;
using System.Runtime.Loader;

namespace Aldis.Benchmarks;

/// <summary>A copy of the library and of this program in one process, with static fields and compiled code of its own.</summary>
internal sealed class LibraryCopy : AssemblyLoadContext
{
    private static readonly string[] _own = ["Aldis", typeof(LibraryCopy).Assembly.GetName().Name!];

    /// <summary>Loads a copy and gives its <see cref="PipelineRound.RunAsync"/>.</summary>
    /// <param name="telemetry">Whether it has telemetry: a switch that the copy reads once.</param>
    public static Func<int, Task<double[]>> Load(bool telemetry)
    {
        AppContext.SetSwitch("Aldis.Telemetry.IsSupported", telemetry);
        var copy = new LibraryCopy();
        var instruments = copy.LoadFromAssemblyName(new AssemblyName("Aldis")).GetType("Aldis.Diagnostics.Instruments", throwOnError: true)!;
        if (!Equals(instruments.GetField("AreSupported")!.GetValue(null), telemetry))
        {
            throw new InvalidOperationException("The copy did not heed the switch: there is nothing to compare.");
        }

        return copy.LoadFromAssemblyName(typeof(LibraryCopy).Assembly.GetName()).GetType(typeof(PipelineRound).FullName!, throwOnError: true)!
            .GetMethod(nameof(PipelineRound.RunAsync))!.CreateDelegate<Func<int, Task<double[]>>>();
    }

    protected override Assembly? Load(AssemblyName assemblyName)
        => _own.Contains(assemblyName.Name) ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll")) : null;
}
