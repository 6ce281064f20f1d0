using System.Buffers;

namespace Aldis.Events;

/// <summary>Turns events into bytes and back. Safe for any thread.</summary>
public interface ICodec
{
    /// <summary>The media type of what <see cref="Encode{T}"/> writes, for example <c>application/json</c>.</summary>
    string ContentType { get; }

    /// <summary>Writes an event.</summary>
    /// <typeparam name="T">The type the event is known by; never derived from a name on a wire.</typeparam>
    /// <param name="value">The event.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <exception cref="AldisException">ALD1006 or ALD1007: the event cannot be written.</exception>
    void Encode<T>(T value, IBufferWriter<byte> output);

    /// <summary>Reads an event.</summary>
    /// <typeparam name="T">The type that the catalogue has for it.</typeparam>
    /// <param name="body">The bytes; not kept.</param>
    /// <exception cref="AldisException">ALD1005 or ALD1007: the bytes are not such an event.</exception>
    T Decode<T>(ReadOnlyMemory<byte> body);
}
