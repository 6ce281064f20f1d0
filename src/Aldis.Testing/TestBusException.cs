namespace Aldis.Testing;

/// <summary>What a test expected of its bus did not come about. The message has several lines: what was expected, what happened instead, and the seed.</summary>
public sealed class TestBusException : Exception
{
    /// <summary>Tells what was expected and what happened.</summary>
    /// <param name="message">Both.</param>
    public TestBusException(string message) : base(message)
    {
    }
}
