namespace Aldis.ZeroMq;

/// <summary>The texts that came last: events of a topic have the same ones again and again, and need not make them anew. For one reader at a time.</summary>
internal sealed class RecentTexts
{
    public Recent Type { get; } = new();

    public Recent Source { get; } = new();

    public Recent ContentType { get; } = new();

    internal sealed class Recent
    {
        private byte[] _bytes = [];
        private string _text = "";

        public string Of(ReadOnlyMemory<byte>? bytes)
        {
            if (bytes is not { } given)
            {
                throw new MalformedMessageException("A text is missing.");
            }

            if (!given.Span.SequenceEqual(_bytes))
            {
                _text = MessageReader.Decode(given.Span);
                _bytes = given.ToArray();
            }

            return _text;
        }
    }
}
