namespace Aldis;

/// <summary>Makes a method the handler of a group: <c>[Subscribe("billing")]</c>. Its class is added with <c>bus.AddHandlers&lt;T&gt;()</c>.</summary>
/// <param name="group">The group, or <see cref="Aldis.Group.EachInstance"/>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SubscribeAttribute(string group) : Attribute
{
    /// <summary>The group.</summary>
    public string Group { get; } = group;

    private readonly int? _concurrency;

    /// <summary>How many handlers run at a time in this process. Default: what <c>bus.ForGroup</c> says, else 1.</summary>
    public int Concurrency
    {
        get => _concurrency ?? 1;
        init => _concurrency = value;
    }

    /// <summary>What it says of how it is run.</summary>
    internal SubscriptionOptions Options => _concurrency is { } concurrency ? SubscriptionOptions.OfMethod(concurrency) : SubscriptionOptions.Unsaid;
}
