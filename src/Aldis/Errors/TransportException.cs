using Aldis.Errors;

namespace Aldis;

/// <summary>A transport could not do its work: a file is damaged, a server is away, a disk is full.</summary>
public class TransportException : AldisException
{
    /// <summary>Makes the error.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="mayBeStored">True when it is unknown whether what was sent is stored; false when it certainly is not.</param>
    /// <param name="inner">The error of the client library or the operating system.</param>
    public TransportException(Fault fault, bool mayBeStored = false, Exception? inner = null) : base(fault, inner)
        => MayBeStored = mayBeStored;

    /// <summary>True when what was sent may be stored all the same, so that only a retry with the same id is safe.</summary>
    public bool MayBeStored { get; }
}
