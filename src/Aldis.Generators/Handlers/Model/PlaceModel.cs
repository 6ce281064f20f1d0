using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>A place in the sources. The path is this machine's; only <see cref="Relative"/> goes into generated code.</summary>
internal sealed record PlaceModel(string Path, int Line)
{
    public static PlaceModel Of(Location location)
    {
        var span = location.GetMappedLineSpan();
        return new PlaceModel(span.Path, span.StartLinePosition.Line + 1);
    }

    /// <summary>
    /// The path from the project's folder on, or from a folder near above it; the file's name alone where it lies elsewhere, or where no folder is
    /// known. It is the same on every machine.
    /// </summary>
    public string Relative(string? projectFolder)
    {
        const int near = 3;
        var path = Path.Replace('\\', '/');
        var folder = (projectFolder ?? "").Replace('\\', '/').TrimEnd('/');
        for (var (up, level) = ("", 0); folder.Length > 0 && level <= near; (up, level) = (up + "../", level + 1))
        {
            if (path.StartsWith(folder + "/", StringComparison.Ordinal))
            {
                return up + path.Substring(folder.Length + 1);
            }

            folder = folder.Substring(0, Math.Max(folder.LastIndexOf('/'), 0));
        }

        return path.Substring(path.LastIndexOf('/') + 1);
    }
}
