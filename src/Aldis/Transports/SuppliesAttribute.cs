namespace Aldis.Transports;

/// <summary>
/// Says at a method that adds something to a bus, a ledger for example, which feature the bus then has even where its transport lacks it:
/// <c>[Supplies(nameof(TransportFeatures.Delays))]</c>. The counterpart of <see cref="LacksAttribute"/>.
/// </summary>
/// <param name="feature">The name of a property of <see cref="TransportFeatures"/>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SuppliesAttribute(string feature) : Attribute
{
    /// <summary>The name of the feature.</summary>
    public string Feature { get; } = feature;
}
