namespace Aldis;

/// <summary>What one receiver answered.</summary>
/// <param name="Receiver">The receiver, as it was given to Connect; null when it was held weakly and has been collected since.</param>
/// <param name="Value">Its answer.</param>
/// <typeparam name="TResult">The type of the answer.</typeparam>
public readonly record struct Answer<TResult>(Delegate? Receiver, TResult Value);
