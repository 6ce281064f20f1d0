namespace Aldis.Tests.Shared;

/// <summary>The size of a failure test and its figures. <c>./test torture</c> runs the full size.</summary>
internal static class Figures
{
    private static readonly bool _full = Environment.GetEnvironmentVariable("ALDIS_TORTURE") == "1";

    /// <summary>How often, in the everyday run and in the full one.</summary>
    public static int Size(int everyday, int full) => _full ? full : everyday;

    /// <summary>Prints the figures of a test, and keeps them where <c>ALDIS_FIGURES</c> names a file.</summary>
    public static void Print(string id, string figures)
    {
        var line = $"{id} {figures}";
        Console.WriteLine(line);
        if (Environment.GetEnvironmentVariable("ALDIS_FIGURES") is { Length: > 0 } file)
        {
            File.AppendAllText(file, line + Environment.NewLine);
        }
    }
}
