namespace Aldis.Transports;

/// <summary>
/// Says at the method that chooses a transport which feature that transport never has, so that the compiler can warn (ALD9013) whoever asks it for that:
/// <c>[Lacks(nameof(TransportFeatures.Delays))]</c>. At run time <see cref="TransportFeatures"/> counts.
/// </summary>
/// <param name="feature">The name of a property of <see cref="TransportFeatures"/>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class LacksAttribute(string feature) : Attribute
{
    /// <summary>The name of the feature.</summary>
    public string Feature { get; } = feature;
}
