namespace Aldis.Benchmarks.Signals;

/// <summary>An object with a C# event.</summary>
internal sealed class Emitter<T>
{
    public event Action<T>? Happened;

    public void Emit(T value) => Happened?.Invoke(value);
}
