namespace Aldis.Generators.Handlers;

/// <summary>How generated code calls a method of a class.</summary>
/// <param name="Expression">What stands before the parenthesis.</param>
/// <param name="IsStatic">Whether there is no <c>target</c>.</param>
/// <param name="Accessor">The declaration of the accessor for a method that only its class may call; null for others.</param>
/// <param name="FirstArgument">What the accessor takes before the method's own arguments.</param>
internal sealed record TargetModel(string Expression, bool IsStatic, string? Accessor = null, string? FirstArgument = null)
{
    public string Call(IEnumerable<string> arguments)
        => $"{Expression}({string.Join(", ", FirstArgument is null ? arguments : arguments.Prepend(FirstArgument))})";
}
