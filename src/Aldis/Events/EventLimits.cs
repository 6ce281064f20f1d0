using Aldis.Errors;
using Aldis.Events;

namespace Aldis;

/// <summary>How large an event may be. Checked when it is published and again when it is received.</summary>
public sealed record EventLimits
{
    /// <summary>The longest key, in characters.</summary>
    public const int MaxKeyLength = 256;

    /// <summary>The longest type, source and content type, in characters.</summary>
    public const int MaxAttributeLength = 512;

    /// <summary>The largest body, in bytes. Default: 1 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>How many headers. Default: 64.</summary>
    public int MaxHeaders { get; init; } = 64;

    /// <summary>The size of all header names and values together, in bytes of UTF-8. Default: 16 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 16 * 1024;

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        foreach (var (name, value) in new[]
                 {
                     (nameof(MaxBodyBytes), MaxBodyBytes), (nameof(MaxHeaders), MaxHeaders), (nameof(MaxHeaderBytes), MaxHeaderBytes),
                 })
        {
            if (value < 1)
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"EventLimits.{name} is {value}.", "It must be at least 1.");
            }
        }
    }

    /// <summary>What is over a limit in an envelope, or null.</summary>
    /// <param name="envelope">The envelope.</param>
    public Fault? Check(Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope.Body.Length > MaxBodyBytes)
        {
            return new Fault(ErrorCodes.BodyTooLarge,
                $"The body of {envelope} has {envelope.Body.Length:N0} bytes; the limit is {MaxBodyBytes:N0}.");
        }

        if (envelope.Headers.Count > MaxHeaders)
        {
            return new Fault(ErrorCodes.HeadersTooLarge, $"{envelope} has {envelope.Headers.Count} headers; the limit is {MaxHeaders}.");
        }

        var headerBytes = envelope.Headers.Count == 0 ? 0 : envelope.Headers.ByteCount;
        if (headerBytes > MaxHeaderBytes)
        {
            return new Fault(ErrorCodes.HeadersTooLarge,
                $"The headers of {envelope} have {headerBytes:N0} bytes; the limit is {MaxHeaderBytes:N0}.");
        }

        return CheckKey(envelope) ?? CheckAttributes(envelope);
    }

    /// <summary>Another program may have written these: they go into logs and reasons, so they are short and on one line.</summary>
    private static Fault? CheckAttributes(Envelope envelope)
    {
        return CheckAttribute("type", envelope.Type) ?? CheckAttribute("source", envelope.Source) ?? CheckAttribute("content type", envelope.ContentType);

        Fault? CheckAttribute(string name, string value) => value.Length is not 0 and <= MaxAttributeLength && !HasControl(value)
            ? null
            : new Fault(ErrorCodes.InvalidHeader, $"The {name} of the event {envelope.Id} has {value.Length} characters, or a control character.",
                $"1 to {MaxAttributeLength} characters on one line are allowed.", "Correct the publisher.");
    }

    /// <summary>The characters of <see cref="char.IsControl(char)"/>.</summary>
    private static bool HasControl(ReadOnlySpan<char> value) => value.ContainsAnyInRange('\0', '\u001F') || value.ContainsAnyInRange('\u007F', '\u009F');

    private static Fault? CheckKey(Envelope envelope) => envelope.Key switch
    {
        null => null,
        { Length: 0 } => new Fault(ErrorCodes.InvalidKey, $"The key of {envelope} is empty."),
        { Length: > MaxKeyLength } key => new Fault(ErrorCodes.InvalidKey, $"The key of {envelope} has {key.Length} characters."),
        var key when HasControl(key) => new Fault(ErrorCodes.InvalidKey, $"The key of {envelope} has a control character."),
        _ => null,
    };
}
