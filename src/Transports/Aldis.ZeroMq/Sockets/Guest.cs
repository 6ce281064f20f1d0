using System.Security.Cryptography;

namespace Aldis.ZeroMq;

/// <summary>A connection of another process, as long as it is there. For the poller's thread.</summary>
internal sealed class Guest(byte[] routingId)
{
    /// <summary>The name that the socket knows it by.</summary>
    public byte[] RoutingId { get; } = routingId;

    /// <summary>When something came of it last.</summary>
    public long HeardAt { get; set; }

    /// <summary>What its messages are sealed with; null where nothing is encrypted.</summary>
    public Conversation? Conversation { get; init; }

    /// <summary>Whether it has ended. One that comes again is another one.</summary>
    public bool IsGone { get; set; }

    /// <summary>A short key for a name of any length.</summary>
    public static Guid KeyOf(ReadOnlySpan<byte> routingId)
    {
        Span<byte> key = stackalloc byte[16];
        key.Clear();
        if (routingId.Length < key.Length)
        {
            routingId.CopyTo(key);
            key[^1] = (byte)routingId.Length;
            return new Guid(key);
        }

        return new Guid(SHA256.HashData(routingId).AsSpan(0, 16));
    }
}
