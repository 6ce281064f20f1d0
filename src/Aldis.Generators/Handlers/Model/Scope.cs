namespace Aldis.Generators.Handlers;

/// <summary>What all files generated for a project have in common.</summary>
internal sealed record Scope(string Assembly, string? ProjectFolder)
{
    /// <summary>The class with the assembly's handlers.</summary>
    public string Table => $"global::{Names.GeneratedNamespace}.{TableReader.NameOf(Assembly)}";
}
