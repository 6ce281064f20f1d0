namespace Aldis.Generators.Handlers;

/// <summary>Why a method cannot be a handler: told when the bus starts, in the words of the binder that works by reflection.</summary>
/// <param name="Code">The code of the error.</param>
/// <param name="What">What is wrong, as an expression in C#.</param>
/// <param name="Why">Why it cannot be.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record FaultModel(string Code, string What, string Why, string? Remedy = null)
{
    public const string InvalidHandler = "ALD1202";
    public const string CannotBeBuilt = "ALD1201";

    public string Arguments => $"{Literal.Of(Code)}, {What}, {Literal.Of(Why)}{(Remedy is null ? "" : ", " + Literal.Of(Remedy))}";
}
