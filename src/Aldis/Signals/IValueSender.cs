namespace Aldis;

/// <summary>
/// Marks a class, for example a record, whose equal instances are one sender to a signal. Without it, every object of a class is a
/// sender of its own. Equals and GetHashCode must not change while it is connected.
/// </summary>
#pragma warning disable CA1040 // A marker: an interface can be asked for on every send, an attribute cannot.
public interface IValueSender;
#pragma warning restore CA1040
