namespace Aldis.Transports.Tests.Failures;

/// <summary>The event of the failure tests, as the victim has it too.</summary>
[Event("noted")]
public sealed record Noted(string Text);
