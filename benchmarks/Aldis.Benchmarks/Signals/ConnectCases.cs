using BenchmarkDotNet.Attributes;
using R3;

namespace Aldis.Benchmarks.Signals;

/// <summary>Connecting one more receiver and disconnecting it, where so many are connected already. The delegate is there before.</summary>
[BenchmarkCategory("connect")]
public class ConnectCases
{
    private readonly Action<Ping> _receiver = new Counter().Add;
    private Signal<Ping>[] _signals = [];
    private Emitter<Ping>[] _emitters = [];
    private System.Reactive.Subjects.Subject<Ping>[] _rx = [];
    private R3.Subject<Ping>[] _r3 = [];

    [Params(0, 8)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        _signals = Emitters.Of<Signal<Ping>>(Receivers, (signal, counter) => signal.Connect(counter.Add));
        _emitters = Emitters.Of<Emitter<Ping>>(Receivers, (emitter, counter) => emitter.Happened += counter.Add);
        _rx = Emitters.Of<System.Reactive.Subjects.Subject<Ping>>(Receivers, (subject, counter) => subject.Subscribe(counter.Add));
        _r3 = Emitters.Of<R3.Subject<Ping>>(Receivers, (subject, counter) => subject.Subscribe(counter.Add));
    }

    [Benchmark(Description = Contestant.Aldis, OperationsPerInvoke = Emitters.Sends)]
    public void Aldis()
    {
        foreach (var signal in _signals)
        {
            signal.Connect(_receiver).Dispose();
        }
    }

    [Benchmark(Description = Contestant.CSharpEvent, OperationsPerInvoke = Emitters.Sends)]
    public void CSharpEvent()
    {
        foreach (var emitter in _emitters)
        {
            emitter.Happened += _receiver;
            emitter.Happened -= _receiver;
        }
    }

    [Benchmark(Description = Contestant.Rx, OperationsPerInvoke = Emitters.Sends)]
    public void Rx()
    {
        foreach (var subject in _rx)
        {
            subject.Subscribe(_receiver).Dispose();
        }
    }

    [Benchmark(Description = Contestant.R3, OperationsPerInvoke = Emitters.Sends)]
    public void R3()
    {
        foreach (var subject in _r3)
        {
            subject.Subscribe(_receiver).Dispose();
        }
    }
}
