using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Aldis.Events;

namespace Aldis.Testing.Running;

/// <summary>
/// Chance by a seed. A draw is a hash of the seed and of what makes the event what it is, never a number from a common sequence: threads that take turns in another order
/// draw the same. Its callers share a lock.
/// </summary>
internal sealed class Chance(int seed, double probability, FaultKinds kinds)
{
    private readonly HashSet<(FaultKinds, EventId, string?)> _drawn = [];
    private readonly Dictionary<EventId, string> _contents = [];
    private readonly Dictionary<string, int> _copies = new(StringComparer.Ordinal);

    public Fate? Take(FaultKinds kind, Envelope envelope, string? group)
    {
        if ((kinds & kind) == 0 || !_drawn.Add((kind, envelope.Id, group)))
        {
            return null;
        }

        var draw = Draw($"{seed}/{kind}/{group}/{ContentOf(envelope)}");
        var share = (uint)draw / (double)uint.MaxValue;
        return share < probability ? new Fate(null, SpanOf(kind, (uint)(draw >> 32))) : null;
    }

    private static TimeSpan? SpanOf(FaultKinds kind, uint draw) => kind == FaultKinds.Delay ? TimeSpan.FromMilliseconds(1 + (draw % 60_000)) : null;

    /// <summary>The id is another one in each run: in its place stands how many events like this one there were before.</summary>
    private string ContentOf(Envelope envelope)
    {
        if (!_contents.TryGetValue(envelope.Id, out var content))
        {
            var like = $"{envelope.Type}/{envelope.Key}/{Convert.ToHexString(SHA256.HashData(envelope.Body.Span))}";
            var before = _copies.GetValueOrDefault(like);
            _copies[like] = before + 1;
            _contents[envelope.Id] = content = $"{like}/{before}";
        }

        return content;
    }

    private static ulong Draw(string what) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(what)));
}
