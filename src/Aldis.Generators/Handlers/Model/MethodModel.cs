namespace Aldis.Generators.Handlers;

/// <summary>One [Subscribe] of a method.</summary>
/// <param name="Group">The group.</param>
/// <param name="Concurrency">How many at a time, where it is said.</param>
/// <param name="Call">What is called.</param>
/// <param name="Handler">The handler.</param>
internal sealed record MethodModel(string Group, int? Concurrency, TargetModel Call, HandlerModel Handler);
