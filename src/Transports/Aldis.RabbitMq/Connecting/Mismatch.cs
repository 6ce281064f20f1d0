using System.Text.RegularExpressions;
using Aldis.Errors;

namespace Aldis.RabbitMq;

/// <summary>What a broker says when an exchange or a queue is there already and is another than the one declared.</summary>
internal static partial class Mismatch
{
    /// <summary>The answer of the broker, with both values told apart: what is there, and what this program wants.</summary>
    public static Fault Explain(string answer)
    {
        var parts = Answer().Match(answer);
        return parts.Success
            ? new Fault(ErrorCodes.TopologyDiffers,
                $"The {parts.Groups["kind"].Value} '{parts.Groups["name"].Value}' is there already, and is another one than this program declares.",
                $"Its '{parts.Groups["what"].Value}' is {Value(parts.Groups["current"].Value)} on the broker, and {Value(parts.Groups["received"].Value)} here.")
            : new Fault(ErrorCodes.TopologyDiffers, "An exchange or a queue is there already, and is another one than this program declares.", answer);
    }

    private static string Value(string text) => text is "none" or "" ? "not set" : text;

    [GeneratedRegex("inequivalent arg '(?<what>[^']*)' for (?<kind>exchange|queue) '(?<name>[^']*)'.*?: received (?<received>none|'[^']*'|the value '[^']*'.*?) but current is (?<current>none|'[^']*'|the value '[^']*'.*)", RegexOptions.CultureInvariant)]
    private static partial Regex Answer();
}
