using BenchmarkDotNet.Attributes;

namespace Aldis.Benchmarks.Signals;

/// <summary>
/// One event to eight receivers with eight different methods: what a program does that has more than one receiver. Here the compiler cannot
/// guess from one receiver which method the next one has.
/// </summary>
[BenchmarkCategory("sendmixed")]
public class SendMixedCases
{
    private readonly Ping _ping = new();
    private Signal<Ping>[] _signals = [];
    private Emitter<Ping>[] _emitters = [];

    [Params(8)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        _signals = Emitters.Of<Signal<Ping>>(
            1, (signal, counter) => Array.ForEach(counter.Methods, method => signal.Connect(method)));
        _emitters = Emitters.Of<Emitter<Ping>>(
            1, (emitter, counter) => Array.ForEach(counter.Methods, method => emitter.Happened += method));
    }

    [Benchmark(Description = Contestant.Aldis, OperationsPerInvoke = Emitters.Sends)]
    public void Aldis()
    {
        foreach (var signal in _signals)
        {
            signal.Send(_ping);
        }
    }

    [Benchmark(Description = Contestant.CSharpEvent, OperationsPerInvoke = Emitters.Sends)]
    public void CSharpEvent()
    {
        foreach (var emitter in _emitters)
        {
            emitter.Emit(_ping);
        }
    }
}
