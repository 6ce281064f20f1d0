namespace Aldis.Pipeline;

/// <summary>
/// A step of the pipeline: a function from the handler behind it to the handler before it. It is called once, when the bus starts; the handler
/// that it returns runs for each delivery, perhaps on many threads at a time.
/// </summary>
/// <param name="next">What comes behind this step.</param>
public delegate Handler Step(Handler next);
