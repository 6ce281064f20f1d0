namespace Aldis.Generators.Handlers;

/// <summary>An event type and its topic; the topic is null where only the running program can say it.</summary>
internal sealed record EventModel(string Type, string? Topic, int Version)
{
    /// <summary>The declaration, as generated code writes it.</summary>
    public string Declaration
        => $"{Names.Catalog}.EventDeclaration.Of<{Type}>({(Topic is null ? "" : Version == 1 ? Literal.Of(Topic) : $"{Literal.Of(Topic)}, {Version}")})";
}
