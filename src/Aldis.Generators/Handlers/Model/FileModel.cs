namespace Aldis.Generators.Handlers;

/// <summary>The calls of one file.</summary>
internal sealed record FileModel(string Path, EquatableArray<CallModel> Calls)
{
    public static IEnumerable<FileModel> Group(IEnumerable<CallModel> calls) => calls.GroupBy(call => call.Place.Path)
        .Select(file => new FileModel(file.Key, new(file)));

    /// <summary>The file's name, and beyond it what tells it from others of that name.</summary>
    public string HintOf(Scope scope)
    {
        var relative = new PlaceModel(Path, 1).Relative(scope.ProjectFolder);
        var name = relative.Substring(relative.LastIndexOf('/') + 1);
        return $"{TargetReader.Mangled(name)}.{Hash.Of(relative)}.g.cs";
    }
}
