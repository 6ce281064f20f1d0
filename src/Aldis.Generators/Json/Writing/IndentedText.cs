using System.Text;

namespace Aldis.Generators.Json;

/// <summary>Source text by lines, with blocks. Lines end alike on every machine.</summary>
internal sealed class IndentedText
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public IndentedText Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', _depth * 4).Append(line);
        }

        _text.Append('\n');
        return this;
    }

    public IndentedText Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Line(line);
        }

        return this;
    }

    /// <summary>A line, and under it in braces what belongs to it.</summary>
    public IndentedText Block(string head, Action inside, string end = "}")
    {
        Line(head).Line("{");
        _depth++;
        inside();
        _depth--;
        return Line(end);
    }

    public override string ToString() => _text.ToString();
}
