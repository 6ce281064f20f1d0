using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Handlers;

/// <summary>What the compiler tells of calls and events that generated code cannot do anything for.</summary>
internal static class HandlerRules
{
    public static readonly DiagnosticDescriptor Unseen = Rule("ALD9021", "A handler is bound by reflection", DiagnosticSeverity.Info,
        "This call binds its handler by reflection when the bus starts, because {0}");

    public static readonly DiagnosticDescriptor NotListed = Rule("ALD9022", "A class is not among the handlers of its assembly", DiagnosticSeverity.Info,
        "AddAllHandlers() does not add {0}, because {1}");

    public static readonly DiagnosticDescriptor NotConnected = Rule("ALD9023", "Receivers cannot be connected", DiagnosticSeverity.Warning,
        "This call fails when the program runs, because {0}");

    public static readonly DiagnosticDescriptor JsonByReflection = Rule("ALD9024", "An event is written and read by reflection", DiagnosticSeverity.Info,
        "The JSON of the event '{0}' needs reflection when the program runs, because {1} {2}");

    private static DiagnosticDescriptor Rule(string id, string title, DiagnosticSeverity severity, string message)
        => new(id, title, message, "Aldis", severity, isEnabledByDefault: true, helpLinkUri: $"docs/reference/diagnostics.md#{id.ToLowerInvariant()}");
}
