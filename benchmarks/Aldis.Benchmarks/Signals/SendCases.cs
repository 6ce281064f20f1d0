using BenchmarkDotNet.Attributes;
using CommunityToolkit.Mvvm.Messaging;
using R3;

namespace Aldis.Benchmarks.Signals;

/// <summary>One event to one, eight and 64 synchronous receivers: different objects, the same method.</summary>
[BenchmarkCategory("send")]
public class SendCases
{
    private readonly Ping _ping = new();
    private readonly List<object> _alive = [];
    private Signal<Ping>[] _signals = [];
    private Emitter<Ping>[] _emitters = [];
    private System.Reactive.Subjects.Subject<Ping>[] _rx = [];
    private R3.Subject<Ping>[] _r3 = [];
    private WeakReferenceMessenger[] _weak = [];
    private StrongReferenceMessenger[] _strong = [];

    [Params(1, 8, 64)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        _signals = Emitters.Of<Signal<Ping>>(Receivers, (signal, counter) => signal.Connect(counter.Add));
        _emitters = Emitters.Of<Emitter<Ping>>(Receivers, (emitter, counter) => emitter.Happened += counter.Add);
        _rx = Emitters.Of<System.Reactive.Subjects.Subject<Ping>>(Receivers, (subject, counter) => subject.Subscribe(counter.Add));
        _r3 = Emitters.Of<R3.Subject<Ping>>(Receivers, (subject, counter) => subject.Subscribe(counter.Add));
        _strong = Emitters.Of<StrongReferenceMessenger>(Receivers, (messenger, counter) => messenger.Register(counter));
        _weak = Emitters.Of<WeakReferenceMessenger>(Receivers, (messenger, counter) =>
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

    [Benchmark(Description = Contestant.CSharpEvent, OperationsPerInvoke = Emitters.Sends)]
    public void CSharpEvent()
    {
        foreach (var emitter in _emitters)
        {
            emitter.Emit(_ping);
        }
    }

    [Benchmark(Description = Contestant.Rx, OperationsPerInvoke = Emitters.Sends)]
    public void Rx()
    {
        foreach (var subject in _rx)
        {
            subject.OnNext(_ping);
        }
    }

    [Benchmark(Description = Contestant.R3, OperationsPerInvoke = Emitters.Sends)]
    public void R3()
    {
        foreach (var subject in _r3)
        {
            subject.OnNext(_ping);
        }
    }

    [Benchmark(Description = Contestant.MvvmWeak, OperationsPerInvoke = Emitters.Sends)]
    public void MvvmWeak()
    {
        foreach (var messenger in _weak)
        {
            messenger.Send(_ping);
        }
    }

    [Benchmark(Description = Contestant.MvvmStrong, OperationsPerInvoke = Emitters.Sends)]
    public void MvvmStrong()
    {
        foreach (var messenger in _strong)
        {
            messenger.Send(_ping);
        }
    }

    /// <summary>Sends of all contestants in turn, and to mixed numbers of receivers, from which the compiler learns.</summary>
    internal static Action[] Lessons()
    {
        var mixed = new SendCases { Receivers = Emitters.Mixed };
        mixed.Connect();
        return [mixed.Aldis, mixed.CSharpEvent, mixed.Rx, mixed.R3, mixed.MvvmWeak, mixed.MvvmStrong];
    }
}
