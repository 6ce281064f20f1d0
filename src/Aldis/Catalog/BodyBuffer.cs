using System.Buffers;
using Aldis.Errors;

namespace Aldis.Catalog;

/// <summary>Takes the bytes of a body until they are more than the limit. Used again for the next body; what a large body needed is let go.</summary>
internal sealed class BodyBuffer : IBufferWriter<byte>
{
    private const int Kept = 64 * 1024;

    /// <summary>A writer of text asks for the most that the text could need: three bytes a character.</summary>
    private const int Expansion = 3;

    private byte[] _bytes = new byte[1024];
    private int _count;
    private int _limit;

    /// <summary>Begins a body.</summary>
    public void Begin(int limit) => (_count, _limit) = (0, limit);

    /// <summary>The body, in an array of its own.</summary>
    public byte[] ToArray() => _bytes.AsSpan(0, _count).ToArray();

    /// <summary>Ends the body.</summary>
    public void End()
    {
        if (_bytes.Length > Kept)
        {
            _bytes = new byte[1024];
        }
    }

    public void Advance(int count)
    {
        _count += count;
        if (_count > _limit)
        {
            throw TooLarge();
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_count);
    }

    private void Grow(int size)
    {
        if (_bytes.Length - _count >= size)
        {
            return;
        }

        if (size > (long)Expansion * (_limit - _count) + Kept)
        {
            throw TooLarge();
        }

        Array.Resize(ref _bytes, Math.Max(_count + size, 2 * _count));
    }

    private AldisException TooLarge() => new(new Fault(ErrorCodes.BodyTooLarge, $"The body of an event has more bytes than the limit of {_limit:N0}."));
}
