using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>What the transport does at one of its levels.</summary>
internal interface ILevel : ITransport
{
    /// <summary>Where dead letters are.</summary>
    IDeadLetterStore DeadLetters { get; }

    /// <summary>Who knows how much is left to do, if anybody does.</summary>
    IBacklog? Backlog { get; }
}
