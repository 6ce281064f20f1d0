using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>
/// The one table of what the compiler says about the use of Aldis. The ids share their prefix with the errors of run time and have the thousands of their own
/// (ALD9xxx), so that a number is searched for in one way. The page <c>docs/reference/diagnostics.md</c> has a section for each.
/// </summary>
internal static class Rules
{
    private const string Category = "Aldis";
    private const string Page = "docs/reference/diagnostics.md#";

    public static readonly DiagnosticDescriptor AsyncVoidHandler = new(
        "ALD9001", "An event handler is async void",
        "The handler '{0}' is async void: nobody can wait for it or see its error; return a Task",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "The bus refuses an async void method when it starts (ALD1202).", Page + "ald9001");

    public static readonly DiagnosticDescriptor AsyncVoidReceiver = new(
        "ALD9002", "A receiver is async void",
        "The receiver '{0}' is async void: the sender goes on before it is through, and what it throws ends the process; return a Task",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "An async void method looks synchronous to a callback, a subject or a signal.", Page + "ald9002");

    public static readonly DiagnosticDescriptor TokenNotPassed = new(
        "ALD9003", "A handler does not pass its cancellation on",
        "'{0}' would take a CancellationToken: pass '{1}', or CancellationToken.None where it must run to its end",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "A handler that cannot be cancelled holds up the stop of the bus.", Page + "ald9003");

    public static readonly DiagnosticDescriptor TokenNotTaken = new(
        "ALD9004", "A handler could be cancelled and takes no CancellationToken",
        "'{0}' would take a CancellationToken, and the handler has none: let it take one as a parameter",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true,
        "A handler that cannot be cancelled holds up the stop of the bus.", Page + "ald9004");

    public static readonly DiagnosticDescriptor BlockingCall = new(
        "ALD9005", "A handler blocks its thread",
        "'{0}' blocks the thread of the handler; await it",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "A blocked thread handles nothing else, and many of them stop the whole process.", Page + "ald9005");

    public static readonly DiagnosticDescriptor NotSerialisable = new(
        "ALD9006", "An event cannot be written or read",
        "The event '{0}' cannot be written or read as JSON: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "Publishing fails (ALD1006), or every delivery becomes a dead letter (ALD1005).", Page + "ald9006");

    public static readonly DiagnosticDescriptor TopicTaken = new(
        "ALD9007", "Two events have the same topic and version",
        "'{0}' and '{1}' are both '{2}' on the wire; give one of them another topic or Version",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A bus that knows both does not start (ALD1102).", Page + "ald9007", WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor HandlerTwice = new(
        "ALD9008", "A group has two handlers for one event",
        "The group '{0}' has a handler for '{1}' already ({2}); use two groups if both shall see every event, or Concurrency if they shall share the work",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true,
        "A bus on which both are subscribed does not start (ALD1203).", Page + "ald9008");

    public static readonly DiagnosticDescriptor BoundTwice = new(
        "ALD9009", "A callback is bound twice",
        "This replaces the handler that '{0}' was given before; use a Subject or a Signal where both shall be called",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "A callback has one handler: binding again replaces it.", Page + "ald9009");

    public static readonly DiagnosticDescriptor WeakLambda = new(
        "ALD9010", "A weak connection to what nobody holds",
        "Nobody but this connection holds {0}, so it is lost at the next garbage collection; give a method of an object that lives",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "A weak connection ends when the garbage collector has taken the receiver's target.", Page + "ald9010");

    public static readonly DiagnosticDescriptor ResultDropped = new(
        "ALD9011", "What ends a connection is dropped",
        "Nothing can end this {0} any more: keep the result and dispose it, or write '_ =' before it if it shall last",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "A signal or subject that outlives its receivers keeps them alive and calls them, until their connections are disposed.", Page + "ald9011");

    public static readonly DiagnosticDescriptor MutableEvent = new(
        "ALD9012", "An event can be changed",
        "'{0}' can be changed after the event was made; {1}",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "An event is a fact that several receivers share: what one changes, the others see, or do not.", Page + "ald9012");

    public static readonly DiagnosticDescriptor MissingFeature = new(
        "ALD9013", "The transport lacks what is asked of it",
        "'{0}' asks for the feature {1}, which {2} lacks and nothing here supplies",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "What a transport lacks is not made up for, unless something is added that supplies it.", Page + "ald9013", WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor Undeclared = new(
        "ALD9014", "An event is published that nobody declares",
        "'{0}' is published, and nothing here declares it: mark it with [Event], or call AddEvent<{0}>() on the bus",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true,
        "Publishing an event that the bus does not know fails (ALD1101).", Page + "ald9014", WellKnownDiagnosticTags.CompilationEnd);
}
