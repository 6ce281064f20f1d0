using BenchmarkDotNet.Attributes;
using CommunityToolkit.Mvvm.Messaging;

namespace Aldis.Benchmarks.Signals;

/// <summary>One event to receivers that the emitter does not keep alive.</summary>
[BenchmarkCategory("sendweak")]
public class SendWeakCases
{
    private readonly Ping _ping = new();
    private readonly List<Counter> _alive = [];
    private Signal<Ping>[] _signals = [];
    private WeakReferenceMessenger[] _messengers = [];

    [Params(8)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        _signals = Emitters.Of<Signal<Ping>>(Receivers, (signal, counter) =>
        {
            _alive.Add(counter);
            signal.Connect(counter.Add, new ConnectOptions { WeakReceiver = true });
        });
        _messengers = Emitters.Of<WeakReferenceMessenger>(Receivers, (messenger, counter) =>
        {
            _alive.Add(counter);
            messenger.Register(counter);
        });
    }

    [Benchmark(Description = Contestant.Aldis, OperationsPerInvoke = Emitters.Sends)]
    public void Aldis()
    {
        foreach (var signal in _signals)
        {
            signal.Send(_ping);
        }
    }

    [Benchmark(Description = Contestant.MvvmWeak, OperationsPerInvoke = Emitters.Sends)]
    public void MvvmWeak()
    {
        foreach (var messenger in _messengers)
        {
            messenger.Send(_ping);
        }
    }
}
