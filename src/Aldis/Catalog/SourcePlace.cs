namespace Aldis.Catalog;

/// <summary>A place in the sources, as the compiler saw it.</summary>
/// <param name="File">The file, from the folder of its project on.</param>
/// <param name="Line">The line, from 1.</param>
public sealed record SourcePlace(string File, int Line)
{
    /// <summary>For example <c>Billing/Handlers.cs:12</c>.</summary>
    public override string ToString() => $"{File}:{Line}";
}
