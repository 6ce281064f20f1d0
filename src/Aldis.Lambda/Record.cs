namespace Aldis.Lambda;

/// <summary>A message of a batch.</summary>
/// <param name="MessageId">By what it is named where it has failed.</param>
/// <param name="Body">The body.</param>
/// <param name="Attributes">The attributes that are texts.</param>
/// <param name="Receives">How often SQS has handed it out.</param>
/// <param name="Lane">What comes in order: the message group of a FIFO queue; else null.</param>
internal sealed record Record(string MessageId, string Body, IReadOnlyList<KeyValuePair<string, string>> Attributes, int Receives, string? Lane);
