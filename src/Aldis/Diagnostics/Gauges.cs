using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Aldis.Diagnostics;

/// <summary>
/// Everything that one observable instrument tells of: each thing comes, and goes again, by being removed or by being collected. Nothing is read before
/// somebody collects. Of things with the same attributes, the largest is shown. Safe for any thread.
/// </summary>
/// <typeparam name="T">What is measured.</typeparam>
internal sealed class Gauges<T> where T : struct
{
    private readonly ConditionalWeakTable<object, Func<Measurement<T>?>> _all = [];

    /// <summary>Makes an instrument that tells of nothing yet.</summary>
    /// <param name="create">Creates it.</param>
    public Gauges(Func<Func<IEnumerable<Measurement<T>>>, ObservableInstrument<T>> create) => create(Read);

    /// <summary>Tells of a thing from now on.</summary>
    /// <param name="thing">The thing; it is not kept alive.</param>
    /// <param name="read">Measures it; null where there is nothing to tell now.</param>
    public void Add(object thing, Func<Measurement<T>?> read) => _all.AddOrUpdate(thing, read);

    public void Remove(object thing) => _all.Remove(thing);

    private IEnumerable<Measurement<T>> Read() =>
    [
        .. _all.Select(one => one.Value()).OfType<Measurement<T>>().GroupBy(Attributes).Select(same => same.MaxBy(one => one.Value)),
    ];

    private static string Attributes(Measurement<T> one) => string.Join('|', one.Tags.ToArray());
}
