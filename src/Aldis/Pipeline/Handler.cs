using Aldis.Transports;

namespace Aldis.Pipeline;

/// <summary>Handles one delivery and says how it ends. What it throws is an error that the retry step turns into a verdict.</summary>
/// <param name="context">The event and everything around it.</param>
public delegate ValueTask<Verdict> Handler(EventContext context);
