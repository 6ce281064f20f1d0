namespace Aldis.Generators.Handlers;

/// <summary>A method that receives from a signal.</summary>
/// <param name="Signal">How the signal is got from <c>space</c>.</param>
/// <param name="Receiver">The delegate.</param>
/// <param name="Options">How it is connected.</param>
/// <param name="Target">How the method is called.</param>
internal sealed record ReceiverModel(string Signal, string Receiver, string Options, TargetModel Target);
