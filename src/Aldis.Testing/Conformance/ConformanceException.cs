namespace Aldis.Testing.Conformance;

/// <summary>A transport does not keep a promise.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Tells what was expected and what came.</summary>
    /// <param name="message">Both, in a sentence.</param>
    public ConformanceException(string message) : base(message)
    {
    }
}
