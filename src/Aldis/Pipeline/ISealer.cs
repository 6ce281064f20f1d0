using Aldis.Events;

namespace Aldis.Pipeline;

/// <summary>Turns what a handler publishes into envelopes.</summary>
internal interface ISealer
{
    /// <summary>Makes an envelope of an event.</summary>
    /// <typeparam name="T">What the publisher calls it; where the catalogue does not know what it really is, it is published as that.</typeparam>
    /// <param name="event">The event.</param>
    /// <param name="options">What the publisher says about it.</param>
    /// <param name="cause">The event in whose handler it is published.</param>
    Envelope Seal<T>(T @event, PublishOptions? options, Envelope cause) where T : notnull;
}
