using BenchmarkDotNet.Attributes;

namespace Aldis.Benchmarks.Signals;

/// <summary>One event of a sender to the receivers that asked for it; as many asked for another one. No peer filters by sender.</summary>
[BenchmarkCategory("sendfrom")]
public class SendFromCases
{
    private readonly Ping _ping = new();
    private readonly object _sender = new();
    private readonly object _other = new();
    private Signal<Ping>[] _signals = [];

    [Params(8)]
    public int Receivers { get; set; }

    [GlobalSetup]
    public void Connect() => _signals = Emitters.Of<Signal<Ping>>(Receivers, (signal, counter) =>
    {
        signal.Connect(counter.Add, _sender);
        signal.Connect(new Counter().Add, _other);
    });

    [Benchmark(Description = Contestant.Aldis, OperationsPerInvoke = Emitters.Sends)]
    public void Aldis()
    {
        foreach (var signal in _signals)
        {
            signal.Send(_sender, _ping);
        }
    }
}
