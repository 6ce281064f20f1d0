namespace Aldis.ZeroMq;

/// <summary>What came is no message of the protocol. Never leaves this transport.</summary>
/// <param name="what">What is wrong.</param>
internal sealed class MalformedMessageException(string what) : Exception(what);
