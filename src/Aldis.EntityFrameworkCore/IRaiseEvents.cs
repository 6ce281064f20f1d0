namespace Aldis;

/// <summary>An entity that collects events of its own, which are published when it is saved.</summary>
public interface IRaiseEvents
{
    /// <summary>What has happened since the last save. Entity Framework leaves it alone.</summary>
    RaisedEvents Events { get; }
}
