using Aldis.Events;

namespace Aldis.Pipeline;

/// <summary>Turns an event into an envelope.</summary>
/// <param name="event">The event.</param>
/// <param name="options">What the publisher says about it.</param>
/// <param name="cause">The event in whose handler it is published.</param>
internal delegate Envelope Seal(object @event, PublishOptions? options, Envelope cause);
