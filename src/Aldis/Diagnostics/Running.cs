using System.Diagnostics;

namespace Aldis.Diagnostics;

/// <summary>An operation on its way. What is made while it runs are children of its span, where it has one.</summary>
internal readonly struct Running(Operation operation, Activity? span, long started)
{
    /// <summary>Its span, where somebody wants it.</summary>
    public Activity? Span => span;

    /// <summary>It is over.</summary>
    /// <param name="error">What it failed with (<see cref="ErrorType"/>); null for success.</param>
    public void End(string? error = null) => operation.End(span, started, error);
}
