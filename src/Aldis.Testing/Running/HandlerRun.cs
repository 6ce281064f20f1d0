using Aldis.Events;

namespace Aldis.Testing.Running;

/// <summary>A handler at work.</summary>
/// <param name="Envelope">The event.</param>
/// <param name="Group">The group.</param>
/// <param name="Attempt">Which delivery it is.</param>
/// <param name="Since">When it began, by the bus's clock.</param>
internal sealed record HandlerRun(Envelope Envelope, string Group, int Attempt, DateTimeOffset Since)
{
    private static readonly AsyncLocal<HandlerRun?> _current = new();

    /// <summary>The handler that runs here, or null.</summary>
    public static HandlerRun? Current
    {
        get => _current.Value;
        set => _current.Value = value;
    }

    public bool Equals(HandlerRun? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
