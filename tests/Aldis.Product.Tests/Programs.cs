namespace Aldis.Product.Tests;

/// <summary>Programs of the machine that tests start; <c>./test</c> installs them where it may.</summary>
internal static class Programs
{
    /// <summary>Skips the test where one of these is missing.</summary>
    public static void Need(params string[] programs)
    {
        var missing = programs.Where(program => Find(program) is null).ToList();
        Assert.SkipUnless(missing.Count == 0, $"not here: {string.Join(", ", missing)}");
    }

    /// <summary>Where a program is; null where it is not in the path.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
