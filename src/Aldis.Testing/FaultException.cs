namespace Aldis.Testing;

/// <summary>What a handler throws because <see cref="Faults"/> said so.</summary>
public sealed class FaultException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">Which fault it is.</param>
    public FaultException(string message) : base(message)
    {
    }
}
