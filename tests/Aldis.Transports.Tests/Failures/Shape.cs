using System.Text.Json.Serialization;

namespace Aldis.Transports.Tests.Failures;

/// <summary>An event of several shapes, of which those named here are all that may ever be made.</summary>
[Event("shape")]
[JsonDerivedType(typeof(Circle), "circle")]
public abstract record Shape;

/// <summary>The one shape there is.</summary>
public sealed record Circle(int Radius) : Shape;

/// <summary>What must never be made by a message: it counts how often it was.</summary>
public sealed record Trap : Shape
{
    private static int _made;

    /// <summary>Makes one, and counts it.</summary>
    public Trap() => Interlocked.Increment(ref _made);

    /// <summary>How many there were.</summary>
    public static int Made => Volatile.Read(ref _made);
}
