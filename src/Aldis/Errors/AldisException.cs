using Aldis.Errors;

namespace Aldis;

/// <summary>The root of every error that Aldis raises. Its message says what happened, why, and what to do.</summary>
public class AldisException : Exception
{
    /// <summary>Makes an error from what is wrong.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="inner">The error below this one, if any.</param>
    public AldisException(Fault fault, Exception? inner = null)
        : base((fault ?? throw new ArgumentNullException(nameof(fault))).ToString(), inner) => Fault = fault;

    /// <summary>What is wrong, part by part.</summary>
    public Fault Fault { get; }

    /// <summary>The stable code, for example <c>ALD1203</c>. <c>docs/reference/errors.md</c> explains each.</summary>
    public string Code => Fault.Code.Id;
}
